"""The HTTP service: the portal's, the organiser's and the person's own door to one office."""

from api.http.app import create_app
from api.http.server import serve

__all__ = ["create_app", "serve"]
