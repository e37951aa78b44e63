"""What keeps an installation going: choices of administrators, jobs, copies, periods, and how all of it is."""
