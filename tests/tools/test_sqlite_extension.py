#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The tables in SQLite programs that are not OpenLogon's: Python's module and the sqlite3 shell."""
import os
import shutil
import sqlite3
import unittest

from support import ToolTest, run

EXTENSION = os.environ["OPENLOGON_TEST_SQLITE_EXTENSION"]


class Extension(ToolTest):
    def test_python_joins_sessions_with_a_table_of_its_own(self):
        database = sqlite3.connect(":memory:")
        if not hasattr(database, "enable_load_extension"):
            self.skipTest("this Python loads no extensions")
        database.enable_load_extension(True)
        database.load_extension(EXTENSION)
        database.execute("CREATE TABLE watched (luid INTEGER, why TEXT)")
        database.execute("INSERT INTO watched VALUES (999, 'the machine'), (123456789, 'nobody')")
        rows = database.execute("SELECT s.user, w.why FROM watched w JOIN sessions s USING (luid)")
        self.assertEqual(rows.fetchall(), [("SYSTEM", "the machine")])
        mine = database.execute("SELECT name, session FROM processes WHERE pid = ?", (os.getpid(),))
        self.assertEqual(mine.fetchall(), [("python3", 999)])
        database.close()

    @unittest.skipUnless(shutil.which("sqlite3"), "there is no sqlite3 shell")
    def test_the_shell_loads_it(self):
        out = self.succeeds(run("sqlite3", ":memory:", f".load {EXTENSION}",
                                "SELECT luid, user FROM sessions WHERE luid > 996 AND luid < 1000"))
        self.assertEqual(out.splitlines(), ["997|LOCAL SERVICE", "998|ANONYMOUS LOGON", "999|SYSTEM"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
