"""Pages about persons: only this service knows how to reach anybody."""

from litestar.handlers import HTTPRouteHandler

from services.partnerships.pages import people

PAGES: tuple[HTTPRouteHandler, ...] = (people.person_page,)
