"""Security headers of the live plane, on every answer, errors included.

There is no script source anywhere, so that an injected script is text. Nothing is cached, nothing is
framed, nothing is loaded from elsewhere. Strict transport is asked for only over https, and never of an
onion address, whose encryption does not come from a certificate.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "usb", "xr-spatial-tracking",
)  # fmt: skip
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Cache-Control": "no-store",
}
STRICTER = {"Referrer-Policy": "no-referrer"}
"""What a view may say in place of the value above: it gives away less."""
STRICT_TRANSPORT = "max-age=31536000"


class SecurityHeaders:
    """Put the headers on whatever is answered; a view cannot loosen them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_static = request.path_info.startswith(settings.STATIC_URL)
        for name, value in HEADERS.items():
            is_stricter = response.get(name) == STRICTER.get(name, "")
            if not (is_static and name == "Cache-Control") and not is_stricter:
                response[name] = value
        if settings.HTTPS and not _is_onion(request):
            response["Strict-Transport-Security"] = STRICT_TRANSPORT
        return response


def _is_onion(request: HttpRequest) -> bool:
    """Whether the visitor came by an onion address; asked of the header itself, which may be nonsense."""
    host = request.META.get("HTTP_HOST", "").lower()
    return str(host).rsplit(":", 1)[0].rstrip(".").endswith(".onion")
