import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { printable, printableJson } from "./printable.ts";
import { tableLines } from "./table.ts";

/** Everything that a terminal may obey instead of show; JSON keeps its line ends. */
const OBEYED = /(?!\n)\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const anyText = fc.string({ unit: "binary" });

test("T57: the escape that sets a window's title is shown, not sent", () => {
  assert.equal(printable("\u001b]0;pwn\u0007\r\n"), "�]0;pwn���");
  assert.equal(printable("e\u202egnp"), "e�gnp");
  assert.equal(printable("Zoë 👩‍💻"), "Zoë 👩‍💻");
});

test("T57: no text becomes anything that a terminal obeys", () => {
  fc.assert(
    fc.property(
      anyText,
      (text) => !OBEYED.test(printable(text)) && !printable(text).includes("\n"),
    ),
  );
});

test("T57: JSON holds nothing that a terminal obeys, and reads back as it was", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const json = printableJson({ [text]: text });
      assert.ok(!OBEYED.test(json));
      assert.deepEqual(JSON.parse(json), { [text]: text });
    }),
  );
});

const COLUMNS = [
  { heading: "id", value: ([id]: readonly string[]) => id ?? "", whole: true },
  { heading: "name", value: ([, name]: readonly string[]) => name ?? "" },
  { heading: "more", value: ([, , more]: readonly string[]) => more ?? "", minor: true },
] as const;

test("a table that fits is aligned and whole", () => {
  assert.deepEqual(
    tableLines(
      [
        ["1", "Bar", "x"],
        ["22", "B", ""],
      ],
      COLUMNS,
      80,
    ),
    ["ID  NAME  MORE", "1   Bar   x", "22  B"],
  );
});

test("a table that does not fit cuts names, never ids, and is cut nowhere without a width", () => {
  const rows = [["key_0123456789", "a name of thirty-one characters", "x"]];
  assert.deepEqual(tableLines(rows, COLUMNS, 34), [
    "ID              NAME          MORE",
    "key_0123456789  a name of t…  x",
  ]);
  assert.deepEqual(tableLines(rows, COLUMNS, 26), [
    "ID              NAME",
    "key_0123456789  a name of…",
  ]);
  assert.equal(
    tableLines(rows, COLUMNS, undefined)[1],
    "key_0123456789  a name of thirty-one characters  x",
  );
});
