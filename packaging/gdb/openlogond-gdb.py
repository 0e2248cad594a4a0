# SPDX-License-Identifier: MIT
"""gdb shows OpenLogon's types as people name them: statuses, SIDs, LUIDs, sessions, tokens, handles.

gdb loads it by itself for openlogond and libopenlogon where it is installed (debug information has
to be there, too); else `source openlogond-gdb.py`. It reads memory and calls nothing, so it works with
core dumps. `print/r` shows the fields as they are. $openlogon_handle(NUMBER) is what a handle of a
program names.
"""
import gdb
import gdb.printing

SESSION_STATES = ["creating", "active", "ending", "ended"]
LOGON_TYPES = {0: "System", 2: "Interactive", 3: "Network", 4: "Batch", 5: "Service", 6: "Proxy",
               7: "Unlock", 8: "NetworkCleartext", 9: "NewCredentials", 10: "RemoteInteractive",
               11: "CachedInteractive", 12: "CachedRemoteInteractive", 13: "CachedUnlock"}
LEVELS = ["Anonymous", "Identification", "Impersonation", "Delegation"]
CLIENT_STATES = {1: "new", 2: "waiting", 4: "ready", 8: "watching", 16: "reclaiming"}
OBJECT_TYPES = ["token", "process", "thread", "file", "LSA", "policy"]


def read(address, size):
    return bytes(gdb.selected_inferior().read_memory(int(address), size))


def text(pointer):
    """A C string; empty for NULL."""
    return pointer.string("utf-8", "replace") if int(pointer) else ""


def sid_at(address):
    """A SID as text, from its bytes."""
    head = read(address, 8)
    n = head[1]
    if head[0] != 1 or n > 15:
        return f"no SID (revision {head[0]}, {n} subauthorities)"
    subs = read(int(address) + 8, 4 * n)
    parts = [int.from_bytes(subs[i:i + 4], "little") for i in range(0, 4 * n, 4)]
    authority = int.from_bytes(head[2:8], "big")
    return "-".join(["S-1", str(authority) if authority < 1 << 32 else hex(authority)] + [str(p) for p in parts])


def luid(value):
    return (int(value["HighPart"]) & 0xffffffff) << 32 | int(value["LowPart"])


class Printer:
    """What to_string() says is all."""

    def __init__(self, value):
        self.value = value

    def __getitem__(self, name):
        return self.value[name]

    def number(self, name):
        return int(self.value[name])


class Status(Printer):
    names = {}

    def to_string(self):
        code = self.number("code")
        name = self.names.get(code) or self.find(code)
        return f"{name or 'unknown status'} (0x{code & 0xffffffff:08x})"

    def find(self, code):
        """From the table of the program, which has their names, and is constant."""
        symbol = gdb.lookup_static_symbol("statuses")
        if not symbol or symbol.type.code != gdb.TYPE_CODE_ARRAY:
            return None
        table = symbol.value()
        for i in range(table.type.range()[1] + 1):
            Status.names[int(table[i]["status"])] = table[i]["name"].string()
        return self.names.get(code)


class Sid(Printer):
    def to_string(self):
        return sid_at(self.value.address) if self.value.address else "a SID that is nowhere"


class Luid(Printer):
    def to_string(self):
        return hex(luid(self.value))


class LsaString(Printer):
    def to_string(self):
        length = self.number("Length")
        if not length or not int(self["Buffer"]):
            return '""'
        return '"' + read(self["Buffer"], length).decode("utf-16-le", "replace") + '"'


class Acl(Printer):
    def to_string(self):
        return f"ACL of {self.number('AceCount')} ACEs, revision {self.number('AclRevision')}, " \
               f"{self.number('AclSize')} bytes"


def account(facts):
    return "\\".join(filter(None, [text(facts["domain"]), text(facts["user"])]))


class Facts(Printer):
    def to_string(self):
        kind = self.number("logon_type")
        sid = sid_at(self["sid"]) if int(self["sid"]) else "no SID"
        return f"{account(self)} ({sid}), {LOGON_TYPES.get(kind, kind)} by {text(self['package'])}"


class Session(Printer):
    def to_string(self):
        state = self.number("state")
        facts = self["facts"]
        who = Facts(facts.dereference()).to_string() if int(facts) else "nobody yet"
        linked = self.number("linked")
        return f"session {hex(int(self['node']['id']))}: {who}; {SESSION_STATES[state & 3]}, " \
               f"{self.number('n_references')} references" + (f", linked to {hex(linked)}" if linked else "")


class TokenImage(Printer):
    def sid(self, place):
        """(text, attributes) of one of the SIDs."""
        base = int(self.value.address)
        entry = read(base + int(self["sids"]["entries_at"]) + 12 * place, 12)
        return (sid_at(base + int.from_bytes(entry[:4], "little")), int.from_bytes(entry[4:8], "little"))

    def to_string(self):
        level = self.number("level")
        kind = "primary" if self.number("type") == 1 else \
            f"{LEVELS[level] if level < 4 else level} impersonation"
        return f"token {hex(self.number('token_id'))} of session {hex(self.number('authentication_id'))}: " \
               f"{kind}, user {self.sid(0)[0]}, integrity {hex(self.number('integrity'))}, privileges " \
               f"{hex(int(self['live']['privileges_enabled']))} of {hex(self.number('privileges_present'))}"

    def children(self):
        for i in range(1, min(int(self["sids"]["n"]), 1024)):
            sid, attributes = self.sid(i)
            yield f"[{i}]", f"{sid} {hex(attributes)}"


class Token(Printer):
    def to_string(self):
        session = self["session"]
        image = "in the journal" if int(self["image"]) == 0 else f"at {hex(int(self['image']))}"
        return f"token {hex(self.number('id'))}, {self.number('n_references')} references, image {image}; " + \
            (Session(session.dereference()).to_string() if int(session) else "no session")


def token_id(pointer):
    return hex(int(pointer["id"])) if int(pointer) else "none"


class ProcessRecord(Printer):
    def to_string(self):
        return f"process {int(self['node']['id'])} of uid {self.number('uid')}, token {token_id(self['token'])}"


class TokenRef(Printer):
    def to_string(self):
        return f"{self.number('count')} references to token {token_id(self['token'])}, " \
               f"granted {hex(self.number('granted'))}"


class Login(Printer):
    def to_string(self):
        facts = self["facts"]
        return f"login {hex(int(self['node']['id']))} by {text(facts['service'])}, leader {self.number('leader')}, " \
               f"uid {self.number('uid')}, tty {text(facts['tty']) or 'none'}, " \
               f"from {text(facts['remote_host']) or 'here'}"


class Client(Printer):
    def to_string(self):
        state = self.number("state")
        return f"connection {int(self['node']['id'])} of process {self.number('pid')}, uid {self.number('uid')}, " \
               f"{CLIENT_STATES.get(state, state)}, holds {int(self['tokens']['map']['size'])} tokens"


class Object(Printer):
    """What a handle of a program names."""

    def to_string(self):
        kind = self.number("type")
        return f"{OBJECT_TYPES[kind] if kind < len(OBJECT_TYPES) else kind} object, {self.number('refs')} references"


class Slot(Printer):
    """An entry of a program's table of handles."""

    def to_string(self):
        if not int(self["object"]):
            return "closed"
        return f"{Object(self['object'].dereference()).to_string()}, access {hex(self.number('access'))}"


class RemoteToken(Printer):
    def to_string(self):
        return f"reference to token {hex(self.number('id'))}"


class TokenObject(Printer):
    def to_string(self):
        remote = self["remote"].cast(gdb.lookup_type("remote_token").pointer())
        made_from = RemoteToken(remote.dereference()).to_string() if int(remote) else "nothing"
        return f"{Object(self['base']).to_string()}: {made_from}, flags {hex(self.number('flags'))}"


PRINTERS = [
    ("^_SID$", Sid), ("^sid_buffer$", Sid), ("^_LUID$", Luid), ("^_LSA_UNICODE_STRING$", LsaString),
    ("^_ACL$", Acl), ("^session_facts$", Facts), ("^Session$", Session), ("^token_image$", TokenImage),
    ("^Token$", Token), ("^ProcessRecord$", ProcessRecord), ("^token_ref$", TokenRef), ("^Login$", Login),
    ("^Client$", Client), ("^object$", Object), ("^slot$", Slot), ("^remote_token$", RemoteToken),
    ("^token_object$", TokenObject),
]


class Handle(gdb.Function):
    """$openlogon_handle(NUMBER): the entry of the program's table that the number names."""

    def __init__(self):
        super().__init__("openlogon_handle")

    def invoke(self, number):
        value = int(number)
        if value <= 0 or value % 4 or value >> 34:
            raise gdb.GdbError(f"{value} is no number of a handle")
        chunks = gdb.parse_and_eval("'handle.c'::chunks")
        n_slots = int(gdb.parse_and_eval("'handle.c'::SLOTS_PER_CHUNK"))
        index = (value // 4 - 1) & ((1 << int(gdb.parse_and_eval("'handle.c'::INDEX_BITS"))) - 1)
        chunk = chunks[index // n_slots].cast(gdb.lookup_type("struct slot").pointer())
        if not int(chunk):
            raise gdb.GdbError(f"no handle was ever {value}")
        return chunk[index % n_slots]


def is_status(kind):
    """nt_status is a struct without a tag, and what a function returns has not even the typedef's name."""
    return kind.code == gdb.TYPE_CODE_STRUCT and not kind.tag and [f.name for f in kind.fields()] == ["code"]


class Collection(gdb.printing.RegexpCollectionPrettyPrinter):
    def __call__(self, value):
        return Status(value) if is_status(value.type.strip_typedefs()) else super().__call__(value)


def build():
    printers = Collection("openlogon")
    for pattern, printer in PRINTERS:
        printers.add_printer(pattern.strip("^$"), pattern, printer)
    return printers


gdb.printing.register_pretty_printer(gdb.current_objfile(), build(), replace=True)
Handle()
