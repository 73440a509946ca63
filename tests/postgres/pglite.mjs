// Answers questions about a fresh PGlite, one JSON object a line:
//   {"run": "statement"}    -> {"error": null} or {"error": {"code", "message"}}
//   {"catalog": "query"}    -> {"catalog": "the first value of the first row"} or {"error": …}
import { createInterface } from "node:readline";
import { PGlite } from "@electric-sql/pglite";
import { citext } from "@electric-sql/pglite/contrib/citext";

const database = await PGlite.create({ extensions: { citext } });

async function answer(question) {
  try {
    if (question.catalog) {
      const results = await database.exec(question.catalog);
      const row = results.flatMap((result) => result.rows)[0];
      return { catalog: Object.values(row)[0] };
    }
    await database.exec(question.run);
    return { error: null };
  } catch (error) {
    return { error: { code: error.code ?? "", message: error.message } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify(await answer(JSON.parse(line))) + "\n");
}
