// Does one thing with @exasol/exasol-driver-ts and prints what came of it as one line of JSON.
// Usage: node client.mjs NAME; the server and the arguments come as JSON on standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";

// The driver's ES module cannot load node-forge, a CommonJS package, in Node.js 20.
const { ExasolDriver } = createRequire(import.meta.url)("@exasol/exasol-driver-ts");

const silent = Object.fromEntries(["trace", "debug", "info", "warn", "error"].map((level) => [level, () => {}]));

function driver({ host, port, user, password, certificate, encrypted = true, ...options }) {
  const trust = certificate
    ? { ca: readFileSync(certificate) }
    : { rejectUnauthorized: false };
  const url = `${encrypted ? "wss" : "ws"}://${host}:${port}`;
  const credentials = options.accessToken || options.refreshToken ? {} : { user, password };
  return new ExasolDriver(
    (address) => new WebSocket(address, trust),
    { host, port, url, ...credentials, ...options },
    silent,
  );
}

const actions = {
  async query(client, { sql }) {
    const result = await client.query(sql);
    return { rows: result.getRows(), columns: result.getColumns() };
  },

  async statements(client, { statements }) {
    const counts = [];
    for (const sql of statements) counts.push(await client.execute(sql));
    return counts;
  },

  async batch(client, { statements }) {
    const answer = await client.executeBatch(statements);
    return answer.responseData.results.map((result) => result.rowCount);
  },

  async sums(client, { sql }) {
    const rows = (await client.query(sql)).getRows();
    const total = rows.reduce((sum, row) => sum + row.I, 0);
    return { rows: rows.length, total };
  },

  async prepared(client, { schema, sql, rows }) {
    const statement = await client.prepare(sql);
    const answer = await statement.execute(...rows.flat());
    await statement.close();
    return answer.responseData.results[0].rowCount;
  },

  async command(client, { command }) {
    const answer = await client.sendCommand(command);
    const { columns, data } = answer.responseData.results[0].resultSet;
    return { columns: columns.map((column) => column.name), data: data ?? [] };
  },

  async cancelled(client, { sql }) {
    const running = client.query(sql).then(
      () => null,
      (error) => error.message ?? error.text,
    );
    const timer = setInterval(() => client.cancel(), 200);
    const error = await running;
    clearInterval(timer);
    return { error, after: (await client.query("SELECT 1 AS ONE")).getRows() };
  },

  async importCsv(client, { table, file, csv }) {
    return client.importFromCsvFile(table, file, csv);
  },

  async importParquet(client, { table, file }) {
    return client.importFromParquetFile(table, file);
  },

  async exportCsv(client, { source, file, csv }) {
    return client.exportToCsvFile(source, file, csv);
  },
};

const { server, ...given } = JSON.parse(await text(process.stdin));
const client = driver(server);
let outcome;
try {
  await client.connect();
  outcome = { result: await actions[process.argv[2]](client, given) };
  await client.close();
} catch (error) {
  outcome = { error: error.message ?? error.text ?? String(error) };
}
process.stdout.write(JSON.stringify(outcome), () => process.exit(0));
