"""What the real asynchat does with programs of its terminator machine.

    python3 -W ignore oracle.py FILE

FILE holds programs, a word and its values a line:

    T b HEX | T n NUMBER | T -      the first terminator: bytes, a length, none
    R HEX                           one receive
    A CALLBACK s b HEX | s n NUMBER | s - | d | c
                                    in that callback (they are counted from 0): set the terminator
                                    (only where a message ends), discard_buffers, close
    E                               the program is complete: it is played

For each program the calls that asynchat made are printed, a line each, then `kept TEXT` with what
it never handed over, then `end`.
"""

import asynchat
import sys


def printable(data):
    return "".join(chr(b) if 0x20 <= b < 0x7F else "\\x%02x" % b for b in data)


def terminator_of(kind, value=None):
    if kind == "b":
        return bytes.fromhex(value)
    return int(value) if kind == "n" else None


class player(asynchat.async_chat):
    """A channel whose socket is a list of what its receives give."""

    def __init__(self, first, receives, acts):
        super().__init__()
        self.receives = receives
        self.acts = acts
        self.callbacks = 0
        self.closed = False
        self.set_terminator(first)

    def play(self):
        while self.receives and not self.closed:
            self.handle_read()
        print("kept", printable(self.ac_in_buffer))
        print("end")

    def recv(self, buffer_size):
        return self.receives.pop(0)

    def collect_incoming_data(self, data):
        print("collect", printable(data))
        self.act(False)

    def found_terminator(self):
        print("found")
        self.act(True)

    def act(self, ends_message):
        acts = self.acts.get(self.callbacks, [])
        self.callbacks += 1
        for act in acts:
            if self.closed:
                return
            if act[0] == "s" and ends_message:
                self.set_terminator(terminator_of(*act[1:]))
            elif act[0] == "d":
                self.discard_buffers()
            elif act[0] == "c":
                self.close()
                self.closed = True
                print("closed")


def main(name):
    first, receives, acts = None, [], {}
    with open(name, encoding="ascii") as programs:
        for line in programs:
            word, *values = line.split()
            if word == "T":
                first = terminator_of(*values)
            elif word == "R":
                receives.append(bytes.fromhex(values[0]))
            elif word == "A":
                acts.setdefault(int(values[0]), []).append(values[1:])
            elif word == "E":
                player(first, receives, acts).play()
                first, receives, acts = None, [], {}


main(sys.argv[1])
