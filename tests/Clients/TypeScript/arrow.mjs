// Prints the schema's metadata and every value of an Arrow file, as the npm package apache-arrow reads them.
import { readFileSync } from "node:fs";
import { tableFromIPC } from "apache-arrow";

const plain = (value) =>
    value === null || value === undefined ? null
    : typeof value === "bigint" ? Number(value)
    : typeof value === "object" ? Array.from(value, plain)
    : value;

const table = tableFromIPC(readFileSync(process.argv[2]));
const names = table.schema.fields.map((field) => field.name);
const rows = table.toArray().map((row) => Object.fromEntries(names.map((name) => [name, plain(row[name])])));
console.log(JSON.stringify({
    types: Object.fromEntries(table.schema.fields.map((field) => [field.name, String(field.type)])),
    metadata: Object.fromEntries(table.schema.metadata),
    batches: table.batches.length,
    rows,
}));
