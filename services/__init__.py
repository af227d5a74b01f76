"""The services: three decide, one watches. They meet on the wire, never by import."""
