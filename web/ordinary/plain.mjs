// Plain migrations, such as any page may show: each is reviewed without the rest of the module, in the package too.
import { readExample } from "../embed/package/source.js";

const sql = [
  "CREATE TABLE loan (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, book_id bigint NOT NULL REFERENCES book (id), taken_at timestamptz NOT NULL DEFAULT now());",
  "CREATE TABLE shelf (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL UNIQUE, width int CHECK (width > 0));\nCREATE INDEX shelf_name ON shelf (name);",
  "ALTER TABLE book ADD COLUMN pages int;",
  "ALTER TABLE book ADD COLUMN pages int NOT NULL DEFAULT 0;",
  "ALTER TABLE book DROP COLUMN pages;",
  "ALTER TABLE book ALTER COLUMN title SET NOT NULL;",
  "ALTER TABLE book ALTER COLUMN pages TYPE bigint;",
  "ALTER TABLE book RENAME COLUMN title TO name;",
  "ALTER TABLE book RENAME TO volume;",
  "ALTER TABLE loan ADD CONSTRAINT loan_book FOREIGN KEY (book_id) REFERENCES book (id);",
  "ALTER TABLE loan ADD CONSTRAINT loan_book FOREIGN KEY (book_id) REFERENCES book (id) ON DELETE CASCADE NOT VALID;\nALTER TABLE loan VALIDATE CONSTRAINT loan_book;",
  "ALTER TABLE book ADD CONSTRAINT book_pages CHECK (pages >= 0);",
  "CREATE INDEX CONCURRENTLY IF NOT EXISTS loan_book_id ON loan (book_id);",
  "CREATE UNIQUE INDEX book_isbn ON book (lower(isbn)) WHERE isbn IS NOT NULL;",
  "DROP INDEX loan_book_id;",
  "DROP TABLE loan;",
  "DROP TABLE IF EXISTS loan, book CASCADE;",
  "BEGIN;\nSET lock_timeout = '2s';\nALTER TABLE book ADD COLUMN pages int;\nCOMMIT;",
  "UPDATE book SET pages = 0 WHERE pages IS NULL;",
  "INSERT INTO genre (name) VALUES ('Fiction'), ('History');",
  "DELETE FROM loan WHERE taken_at < now() - interval '5 years';",
  "CREATE TYPE state AS ENUM ('new', 'worn');",
  "TRUNCATE loan;",
];

const alembic = [
  ["op.create_table('loan', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('book_id', sa.Integer(), sa.ForeignKey('book.id'), nullable=False), sa.Column('taken_at', sa.DateTime(timezone=True), server_default=sa.func.now()))", "op.drop_table('loan')"],
  ["op.add_column('book', sa.Column('pages', sa.Integer(), nullable=True))", "op.drop_column('book', 'pages')"],
  ["op.add_column('book', sa.Column('state', sa.String(20), nullable=False, server_default='new'))", "op.drop_column('book', 'state')"],
  ["op.alter_column('book', 'title', new_column_name='name')", "op.alter_column('book', 'name', new_column_name='title')"],
  ["op.alter_column('book', 'pages', nullable=False)", "op.alter_column('book', 'pages', nullable=True)"],
  ["op.create_index('loan_book_id', 'loan', ['book_id'])", "op.drop_index('loan_book_id', table_name='loan')"],
  ["op.create_foreign_key('loan_book', 'loan', 'book', ['book_id'], ['id'])", "op.drop_constraint('loan_book', 'loan', type_='foreignkey')"],
  ["op.execute(\"UPDATE book SET pages = 0 WHERE pages IS NULL\")", "pass"],
];

const body = (text) => `def upgrade() -> None:\n    ${text[0]}\n\n\ndef downgrade() -> None:\n    ${text[1]}\n`;
const header = `"""Books."""\nfrom alembic import op\nimport sqlalchemy as sa\n\nrevision = "1a2b3c"\ndown_revision = None\n\n\n`;

/** Each as the files that a review takes: as a page's element reads it, and alone. */
export const plain = [
  ...sql.flatMap((text) => [readExample(text).files, [{ path: "0001_books.sql", text }]]),
  ...alembic.flatMap((text) => [header + body(text), body(text), text[0]]).map((text) => readExample(text, "alembic").files),
];
