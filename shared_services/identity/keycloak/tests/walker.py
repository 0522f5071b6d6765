"""A browser without a browser: follows redirects, fills in forms, keeps cookies. It goes through Keycloak's own pages.

Keycloak marks its cookies Secure on http, too. Browsers take them from localhost; Python's cookie jars do not.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import secrets
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pyotp

from shared_services.identity.keycloak.clients import CALLBACK_PATH

CALLBACK: Final = f"http://gladbeck.localhost{CALLBACK_PATH}"
_MOST_STEPS: Final = 30
_CODE_SECONDS: Final = 30
_USED_CODES: Final[set[tuple[str, str]]] = set()


def one_time_code(secret: str) -> str:
    """Return a code of an app that nobody here has used: Keycloak takes none twice, the next one already, and the last.

    `secret` is plain text, as the cast has it. Where all three are used, the next half minute is waited for.
    """
    app = pyotp.TOTP(base64.b32encode(secret.encode()).decode())
    while True:
        now = int(time.time())
        for code in (app.at(now), app.at(now + _CODE_SECONDS), app.at(now - _CODE_SECONDS)):
            if (secret, code) not in _USED_CODES:
                _USED_CODES.add((secret, code))
                return code
        time.sleep(_CODE_SECONDS - now % _CODE_SECONDS)


@dataclass
class Visitor:
    """Somebody at a browser. `page` is what they see, `answer` what their browser was sent to the portal with.

    `saml_request`: what the last form said that led them to a provider over SAML, as it was sent.
    """

    issuer: str
    client_id: str
    secret: str
    page: str = ""
    url: str = ""
    saml_request: str = ""
    answer: dict[str, str] = field(default_factory=dict)
    _cookies: dict[tuple[str, str], str] = field(default_factory=dict)
    _http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))
    _verifier: str = ""

    def begin(self, **parameters: str) -> Visitor:
        """Come from the portal to the sign-in page."""
        self._verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self._verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "client_id": self.client_id,
            "response_type": "code",
            "scope": "openid",
            "redirect_uri": CALLBACK,
            "state": secrets.token_urlsafe(8),
            "nonce": secrets.token_urlsafe(8),
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            **parameters,
        }
        self.answer = {}
        self._go("GET", f"{self.issuer}/protocol/openid-connect/auth?{urlencode(query)}")
        return self

    def follow(self, url: str) -> Visitor:
        """Go where a portal sends the browser."""
        self.answer = {}
        self._go("GET", url)
        return self

    def submit(self, **fields: str) -> Visitor:
        """Fill in the form of the page and send it."""
        action, hidden = self._form()
        self._go("POST", action, data={**hidden, **fields})
        return self

    def sign_in(self, user: str) -> Visitor:
        """Fill in name and password of somebody of the cast."""
        return self.submit(username=user, password=f"{user}-passwort")

    def token(self) -> dict[str, Any]:
        """Fetch the ID token for the code of the answer, as the portal does, and return its claims."""
        assert "code" in self.answer, f"no code: {self.answer or self.heading()}"
        answer = self._http.post(
            f"{self.issuer}/protocol/openid-connect/token",
            data={
                "grant_type": "authorization_code",
                "code": self.answer["code"],
                "redirect_uri": CALLBACK,
                "client_id": self.client_id,
                "client_secret": self.secret,
                "code_verifier": self._verifier,
            },
        )
        assert answer.status_code == 200, answer.text
        payload = answer.json()["id_token"].split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def heading(self) -> str:
        """Return the heading and the notices of the page."""
        shown = r'(?s)id="kc-page-title"[^>]*>(.*?)</h1>|kc-feedback-text[^>]*>(.*?)</|instruction"[^>]*>(.*?)</'
        parts = re.findall(shown, self.page)
        return " | ".join(html.unescape(re.sub(r"\s+", " ", "".join(part)).strip()) for part in parts)

    def close(self) -> None:
        """End."""
        self._http.close()

    def _form(self) -> tuple[str, dict[str, str]]:
        found = re.search(r'(?s)<form[^>]*\saction="([^"]+)"[^>]*>(.*?)</form>', self.page)
        assert found, f"no form on {self.url}: {self.heading()}"
        inputs = re.findall(r"<input[^>]*>", found.group(2), re.IGNORECASE)
        hidden = {}
        for one in inputs:
            attributes = {name.lower(): value for name, value in re.findall(r'([\w-]+)="([^"]*)"', one)}
            if attributes.get("type", "").lower() == "hidden" and "name" in attributes:
                hidden[attributes["name"]] = html.unescape(attributes.get("value", ""))
        return html.unescape(found.group(1)), hidden

    def _go(self, method: str, url: str, data: dict[str, str] | None = None) -> None:
        for _step in range(_MOST_STEPS):
            if urlsplit(url).netloc != urlsplit(self.issuer).netloc:  # back at a portal
                self.url = url
                self.answer = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
                return
            # Set as a whole: the jar of the client would drop what is marked Secure.
            headers = {"Cookie": self._cookies_for(urlsplit(url).path)}
            answer = self._http.request(method, url, data=data, headers=headers)
            self._keep_cookies(answer)
            self.url, self.page = url, answer.text
            if answer.is_redirect:
                method, url, data = "GET", urljoin(url, answer.headers["location"]), None
            elif re.search(r"document\.forms\[0\]\.submit|onload=\"document", answer.text, re.IGNORECASE):
                method = "POST"  # SAML's messages travel in forms that send themselves
                url, data = self._form()
                self.saml_request = data.get("SAMLRequest", self.saml_request)
            else:
                return
        message = f"went in circles, last at {url}"
        raise AssertionError(message)

    def _cookies_for(self, path: str) -> str:
        """Return what a browser sends: each realm has cookies of its own, under the same names."""
        found = {name: value for (place, name), value in self._cookies.items() if path.startswith(place)}
        return "; ".join(f"{name}={value}" for name, value in found.items())

    def _keep_cookies(self, answer: httpx.Response) -> None:
        for line in answer.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                key = (morsel["path"] or "/", name)
                if morsel["max-age"] == "0" or not morsel.value:
                    self._cookies.pop(key, None)
                else:
                    self._cookies[key] = morsel.value
