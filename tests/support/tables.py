"""A service's projected tables, dumped to compare before and after."""

import asyncpg

from shared.service.platform import Platform


async def dumped(platform: Platform) -> dict[str, list[str]]:
    """Every row of every table the service projects, as text, in an order of its own."""
    tables = sorted(table for projection in platform.projections for table in projection.tables)
    return {
        table: [row[0] for row in await platform.pool.fetch(f"select t::text from read.{table} t order by 1")]
        for table in tables
    }


async def catalogued(url: str) -> list[str]:
    """Everything the catalogue says of the tables in `read`, their rows and internal numbers left out."""
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(CATALOGUE)]
    finally:
        await connection.close()


CATALOGUE = """
with tables as (select * from pg_class where relnamespace = 'read'::regnamespace and relkind in ('r', 'p'))
select line from (
  select format('%s owned by %s, granted %s, with %s, bounds %s, %s', relname, relowner::regrole,
                (select array_agg(one::text order by one::text) from unnest(relacl) as one), reloptions,
                pg_get_expr(relpartbound, oid), obj_description(oid)) from tables
  union all
  select format('%s.%s %s %s %s', t.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = t.oid and adnum = a.attnum))
    from tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0
  union all
  select format('%s %s %s', t.relname, c.conname, pg_get_constraintdef(c.oid))
    from tables t join pg_constraint c on c.conrelid = t.oid
  union all
  select format('%s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
    from tables t join pg_index i on i.indrelid = t.oid
  union all
  select format('%s is part of %s', i.inhrelid::regclass, i.inhparent::regclass)
    from pg_inherits i join pg_class c on c.oid = i.inhrelid where c.relnamespace = 'read'::regnamespace
) described(line) order by line
"""
