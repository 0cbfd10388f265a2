// The tables of what is kept of models. One row each: totals, not calls, so that they never grow with use.
export const modelMigration = `
CREATE TABLE model_usage (
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  calls INTEGER NOT NULL,
  prompt_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  first_token_ms INTEGER NOT NULL,
  calls_with_first_token INTEGER NOT NULL,
  total_ms INTEGER NOT NULL,
  writing_ms INTEGER NOT NULL,
  written_tokens INTEGER NOT NULL,
  failures TEXT NOT NULL,
  last_used_at_ms INTEGER NOT NULL,
  PRIMARY KEY (provider, name)
) WITHOUT ROWID;

CREATE TABLE model_test (
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  report TEXT NOT NULL,
  PRIMARY KEY (provider, name)
) WITHOUT ROWID;
`;
