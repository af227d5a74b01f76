"""A service's projected tables, dumped to compare before and after."""

from shared.service.platform import Platform


async def dumped(platform: Platform) -> dict[str, list[str]]:
    """Every row of every table the service projects, as text, in an order of its own."""
    tables = sorted(table for projection in platform.projections for table in projection.tables)
    return {
        table: [row[0] for row in await platform.pool.fetch(f"select t::text from read.{table} t order by 1")]
        for table in tables
    }
