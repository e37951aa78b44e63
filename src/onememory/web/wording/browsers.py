"""What a browser calls itself, shortly: its maker's name and the system, in so far as they can be told."""

_BROWSERS = (  # the first that fits: most name others too, to be served like them
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Such as `Firefox on Linux`."""
    browser = next((name for part, name in _BROWSERS if part in agent), "A browser")
    system = next((name for part, name in _SYSTEMS if part in agent), None)
    return f"{browser} on {system}" if system else browser
