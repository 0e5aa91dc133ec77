"""Where a request meets the office: readiness, the person it is about, and who puts it in words."""

from __future__ import annotations

import threading
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from api.clock import today
from api.http.checks import check_body
from api.http.envelope import service_log, whereabouts
from api.http.errors import InvalidRequestError, NotReadyError, StoreUnreachableError
from api.http.names import NameBook
from api.http.profile import AsksForPerson, LanguageAsked, OnADay
from api.http.reading import read_profile
from api.office import Office, UnknownIdError
from api.present import Presenter
from data.records import Jobseeker, PostingId
from data.vocabulary import Language, Vocabulary
from matching.matcher import Matcher
from models.compose import SettingsError

_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0


class Service:
    """One office behind one HTTP service. The matcher is built in the background at the start."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.book = NameBook(office.vocabulary)
        self._ready = threading.Event()
        self._stopped = threading.Event()
        self._builder: threading.Thread | None = None

    def start(self) -> None:
        self._stopped.clear()
        self._builder = threading.Thread(target=self._prepare, name="rengang-prepare", daemon=True)
        self._builder.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._builder is not None:
            self._builder.join(timeout=10)

    def require_ready(self) -> None:
        if not self._ready.is_set():
            raise NotReadyError

    def check_store(self) -> None:
        """Ready means the records can be read now, not only that they once could."""
        self.require_ready()
        try:
            self.office.store.postings_version()
        except Exception as error:
            service_log.warning("store: %s", whereabouts(error))
            raise StoreUnreachableError from None

    def _prepare(self) -> None:
        """Build the snapshots; where that fails, say so and try again, ever less often."""
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopped.is_set():
            try:
                self.office.matcher()
                self.office.people(today())
            except Exception as error:
                said = str(error) if isinstance(error, SettingsError) else whereabouts(error)
                service_log.error("not ready, trying again in %.0f s: %s", pause, said)
                self._stopped.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                self._ready.set()
                service_log.info("ready")
                return


class Desk:
    """One request at the office: one snapshot, one language."""

    def __init__(self, service: Service, request: Request) -> None:
        self.office = service.office
        self.matcher: Matcher = service.office.matcher()
        self._book = service.book
        self._request = request

    def presenter(self, ask: LanguageAsked) -> Presenter:
        """Who puts the answer into words, and errors from here on, in the caller's language."""
        language = spoken(self._request, ask.language)
        return Presenter(self.office.vocabulary, self.matcher.postings, language)

    def jobseeker(self, ask: AsksForPerson) -> Jobseeker:
        """The person it is about. Raises InvalidRequestError, UnknownIdError or RefusedError."""
        problems = check_body(ask.model_dump(), self._book, about_person=True)
        if problems:
            raise InvalidRequestError(problems)
        if ask.profile is not None:
            return read_profile(ask.profile, self._book)
        return self.office.jobseeker(ask.jobseeker_id or "")

    def posting(self, posting_id: str) -> PostingId:
        """A posting of this snapshot. Raises UnknownIdError."""
        if posting_id not in self.matcher.postings:
            raise UnknownIdError("posting", posting_id)
        return PostingId(posting_id)

    @staticmethod
    def day(ask: OnADay) -> date:
        return ask.on or today()


def spoken(request: Request, asked: str | None) -> Language:
    """The language of this request from now on."""
    if asked is not None:
        request.state.language = Language(asked)
    language: Language = request.state.language
    return language


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def _open_desk(service: Annotated[Service, Depends(_service)], request: Request) -> Desk:
    service.require_ready()
    return Desk(service, request)


def _vocabulary(service: Annotated[Service, Depends(_service)]) -> Vocabulary:
    return service.office.vocabulary


AnyTime = Annotated[Service, Depends(_service)]
OpenDesk = Annotated[Desk, Depends(_open_desk)]
Tables = Annotated[Vocabulary, Depends(_vocabulary)]
