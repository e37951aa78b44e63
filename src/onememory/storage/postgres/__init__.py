"""The PostgreSQL dialect: a pool of connections, migrations and packed words."""
