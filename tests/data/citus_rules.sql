-- Stands in for Citus, which cannot be installed everywhere: notes where each table would be, and refuses what Citus's
-- documentation says that it refuses ("Creating and Modifying Distributed Tables", "SQL Support and Workarounds").

CREATE TABLE pg_dist_partition (
    logicalrelid regclass PRIMARY KEY,
    partkey text,  -- null for a reference table
    colocation text
);

CREATE FUNCTION note_place(placed regclass, partkey text, colocation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('citus.multi_shard_modify_mode', true) IS DISTINCT FROM 'sequential' THEN
        RAISE 'several tables are placed in one transaction over one connection only';
    END IF;
    IF EXISTS (SELECT 1 FROM pg_constraint WHERE contype = 'f' AND placed IN (conrelid, confrelid)) THEN
        RAISE 'a foreign key leads from or to %, which has no place yet', placed;
    END IF;
    INSERT INTO pg_dist_partition VALUES (placed, partkey, colocation);
END $$;

CREATE FUNCTION create_reference_table(placed regclass) RETURNS void LANGUAGE sql
    AS 'SELECT note_place(placed, NULL, NULL)';

CREATE FUNCTION create_distributed_table(placed regclass, partkey text, colocate_with text) RETURNS void LANGUAGE sql
    AS 'SELECT note_place(placed, partkey, CASE colocate_with WHEN ''none'' THEN placed::text ELSE colocate_with END)';

-- Whatever breaks a rule, in words; keys and indexes may come after the place, so it is asked at the end.
CREATE VIEW broken_rules AS
SELECT relname || ' has no place' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'pg_dist_partition'
    AND oid NOT IN (SELECT logicalrelid FROM pg_dist_partition)
UNION ALL
SELECT logicalrelid || ' is put beside a table that has another place' FROM pg_dist_partition AS d
WHERE partkey IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM pg_dist_partition AS o WHERE o.logicalrelid::text = d.colocation AND o.colocation = d.colocation)
UNION ALL
SELECT indexrelid::regclass || ' is unique without the column by which its table is spread' FROM pg_index AS i
JOIN pg_dist_partition AS d ON d.logicalrelid = i.indrelid AND d.partkey IS NOT NULL
JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attname = d.partkey
WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey)
UNION ALL
SELECT c.conname || ' leads from a table that is everywhere to one that is spread' FROM pg_constraint AS c
JOIN pg_dist_partition AS d ON d.logicalrelid = c.conrelid AND d.partkey IS NULL
JOIN pg_dist_partition AS o ON o.logicalrelid = c.confrelid AND o.partkey IS NOT NULL
WHERE c.contype = 'f'
UNION ALL
SELECT c.conname || ' leads to rows that may lie on another machine' FROM pg_constraint AS c
JOIN pg_dist_partition AS d ON d.logicalrelid = c.conrelid AND d.partkey IS NOT NULL
JOIN pg_dist_partition AS o ON o.logicalrelid = c.confrelid AND o.partkey IS NOT NULL
JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attname = d.partkey
JOIN pg_attribute AS b ON b.attrelid = c.confrelid AND b.attname = o.partkey
WHERE c.contype = 'f' AND (
    d.colocation <> o.colocation
    OR array_position(c.conkey, a.attnum) IS DISTINCT FROM array_position(c.confkey, b.attnum)
    OR array_position(c.conkey, a.attnum) IS NULL)
UNION ALL
SELECT conname || ' would change the column by which its table is spread' FROM pg_constraint
WHERE contype = 'f' AND (confdeltype IN ('n', 'd') OR confupdtype IN ('n', 'd', 'c'));
