"""Other readers of mail, each giving the form that Reading.swift gives: a list of entities in order of appearance."""

import email.errors
import email.policy
import email.utils
import re

import gi

gi.require_version("GMime", "3.0")
from gi.repository import GMime

GMime.init()

# How `plain` says that a message is not to be looked into.
OPAQUE = "application/x-message-"
FIELDS = ("subject", "from", "to", "date", "messageID")


def entity(depth, type, children=0, content=None, charset=None, disposition=None, filename=None, fields=None):
    """One entity; of a multipart only its children are compared, because its own text is shown to nobody."""
    return {
        "depth": depth, "type": type.lower().replace(OPAQUE, "message/"), "kind": "leaf" if content is not None else f"{children} below",
        "content": content, "charset": (charset or "").lower() or None, "disposition": disposition,
        "filename": filename or None, "fields": fields,
    }


def message_id(value):
    """What stands between the first angle brackets."""
    found = re.search(r"<([^<>]+)>", value or "")
    if not found:
        return None
    return re.sub(r"\s", "", found[1]).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def mailbox(name, address):
    """Name, local part and domain: without quotes, in small letters and A-labels, as Reading.swift gives them."""
    local, _, domain = (address or "").rpartition("@")
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        pass
    return [name or "", local, domain.lower()]


# --- ours -----------------------------------------------------------------------------------------------------------


def ours(items):
    result = []
    for index, item in enumerate(items):
        below = sum(1 for other in following(items, index) if other["depth"] == item["depth"] + 1)
        is_leaf = item["kind"] == "leaf" and not item["type"].startswith("multipart/")
        fields = item.get("fields")
        if fields is not None:
            fields = {name: fields.get(name) for name in FIELDS}
        result.append(
            entity(
                item["depth"], item["type"], below, bytes.fromhex(item["content"]) if is_leaf else None,
                item.get("charset"), item.get("disposition"), item.get("filename"), fields))
    return result


def following(items, index):
    """The items below the one at `index`."""
    for item in items[index + 1:]:
        if item["depth"] <= items[index]["depth"]:
            return
        yield item


# --- Python's email -------------------------------------------------------------------------------------------------


class Email:
    """Python's own package with its modern policy; where that raises an error, what the older parser says."""

    name = "email"

    def read(self, message):
        result = []
        self.walk(email.message_from_bytes(message, policy=email.policy.default), 0, True, result)
        return result

    def walk(self, part, depth, is_message, result):
        below = part.get_payload() if part.is_multipart() else []
        content = None
        if not below and part.get_content_maintype() != "multipart":
            content = part.get_payload(decode=True) or b""
        result.append(
            entity(
                depth, part.get_content_type(), len(below), content, self.attempt(part.get_param, "charset"),
                self.attempt(part.get_content_disposition), self.attempt(self.filename, part),
                self.fields(part) if is_message else None))
        for child in below:
            self.walk(child, depth + 1, part.get_content_maintype() == "message", result)

    def fields(self, part):
        return {
            "subject": self.attempt(lambda: self.text(part["subject"])),
            "from": self.addresses(part, "from"),
            "to": self.addresses(part, "to"),
            "date": self.attempt(lambda: self.seconds(part["date"])),
            "messageID": message_id(next((str(value) for name, value in part.raw_items() if name.lower() == "message-id"), "")),
        }

    def attempt(self, action, *arguments):
        """The package raises its own bugs on broken mail; `raised` is then what it read."""
        try:
            value = action(*arguments)
        except Exception as error:
            return f"raised {type(error).__name__}"
        return email.utils.collapse_rfc2231_value(value) if isinstance(value, tuple) else value

    def filename(self, part):
        """What `get_filename` gives, but with the blanks at the ends that it takes off."""
        value = part.get_param("filename", None, "content-disposition")
        if value is None:
            value = part.get_param("name", None, "content-type")
        return value and email.utils.collapse_rfc2231_value(value)

    def text(self, value):
        return None if value is None else str(value)

    def addresses(self, part, name):
        values = [value for field, value in part.raw_items() if field.lower() == name]
        if not values:
            return None
        try:
            return [mailbox(one.display_name, f"{one.username}@{one.domain}") for one in part[name].addresses]
        except (IndexError, AttributeError, email.errors.MessageError):
            return [mailbox(*one) for one in email.utils.getaddresses([str(values[0])]) if one[1]]

    def seconds(self, value):
        if value is None or value.datetime is None:
            return None
        moment = value.datetime
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=email.utils.datetime.timezone.utc)
        return int(moment.timestamp())


# --- GMime ----------------------------------------------------------------------------------------------------------


class Gmime:
    """The library of notmuch, Geary and others."""

    name = "gmime"

    def __init__(self):
        self.options = GMime.ParserOptions.new()

    def read(self, message):
        parser = GMime.Parser.new_with_stream(GMime.StreamMem.new_with_buffer(message))
        result = []
        found = parser.construct_message(self.options)
        if found is None:
            # It has no field at all.
            return [entity(0, "text/plain", content=message.lstrip(b"\r\n"), fields=dict.fromkeys(FIELDS))]
        self.walk_message(found, 0, result)
        return result

    def walk_message(self, message, depth, result):
        fields = {
            "subject": message.get_subject(),
            "from": self.addresses(message, "From", message.get_from()),
            "to": self.addresses(message, "To", message.get_to()),
            "date": self.seconds(message),
            "messageID": message.get_message_id() or None,
        }
        self.walk(message.get_mime_part(), depth, fields, result)

    def walk(self, part, depth, fields, result):
        type = part.get_content_type()
        below, content = [], None
        if isinstance(part, GMime.Multipart):
            below = [part.get_part(index) for index in range(part.get_count())]
        elif isinstance(part, GMime.MessagePart):
            below = [part.get_message()] if part.get_message() else []
        elif type.get_media_type().lower() != "multipart":
            content = self.content(part)
        disposition = part.get_content_disposition()
        filename = part.get_content_disposition_parameter("filename")
        if filename is None:
            filename = part.get_content_type_parameter("name")
        result.append(
            entity(
                depth, type.get_mime_type(), len(below), content, part.get_content_type_parameter("charset"),
                disposition.get_disposition().lower() if disposition else None, filename, fields))
        for child in below:
            if isinstance(child, GMime.Message):
                self.walk_message(child, depth + 1, result)
            else:
                self.walk(child, depth + 1, None, result)

    def content(self, part):
        wrapper = part.get_content()
        if wrapper is None:
            return b""
        stream = GMime.StreamMem.new()
        wrapper.write_to_stream(stream)
        stream.flush()
        return bytes(stream.get_byte_array())

    def addresses(self, message, name, found):
        if message.get_header(name) is None:
            return None
        return list(self.mailboxes(found))

    def mailboxes(self, found):
        for index in range(found.length()):
            address = found.get_address(index)
            if isinstance(address, GMime.InternetAddressGroup):
                yield from self.mailboxes(address.get_members())
            else:
                yield mailbox(address.get_name(), address.get_addr())

    def seconds(self, message):
        date = message.get_date()
        return date.to_unix() if date else None


READERS = [Email(), Gmime()]
