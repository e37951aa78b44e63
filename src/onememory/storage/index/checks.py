"""What can be wrong with rows and index in either dialect: each statement counts what is."""

CHECKS = {
    "buckets whose count of memories is wrong": """
        SELECT count(*) FROM buckets AS b WHERE memory_count <> (
            SELECT count(*) FROM memories AS m
            WHERE m.user_id = b.user_id AND m.bucket_id = b.bucket_id AND m.state = 'active')
    """,
    "memories without the version they stand in": """
        SELECT count(*) FROM memories AS m WHERE NOT EXISTS (
            SELECT 1 FROM memory_versions AS v
            WHERE v.user_id = m.user_id AND v.memory_id = m.memory_id AND v.number = m.version)
    """,
    "active memories missing from the index (run `onememory reindex`)": """
        SELECT count(*) FROM memories AS m WHERE state = 'active' AND NOT EXISTS (
            SELECT 1 FROM search_documents AS d
            WHERE d.user_id = m.user_id AND d.memory_id = m.memory_id AND d.live = 1)
    """,
    "index entries of memories that are not active (run `onememory reindex`)": """
        SELECT count(*) FROM search_documents AS d WHERE live = 1 AND NOT EXISTS (
            SELECT 1 FROM memories AS m
            WHERE m.user_id = d.user_id AND m.memory_id = d.memory_id AND m.state = 'active')
    """,
}
