"""What the form library says by itself, in Persian: our own fields leave it little."""

OUTSIDE = "یکی از گزینه‌های فهرست را برگزینید."


class Persian:
    """The library's words; that a choice is outside its list is all that it says on our forms."""

    def gettext(self, text: str) -> str:
        """Return a message."""
        return OUTSIDE if "hoice" in text else text

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return a message that counts."""
        return self.gettext(one if count == 1 else many)
