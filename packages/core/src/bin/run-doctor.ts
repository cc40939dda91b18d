import { diagnose } from '../doctor/diagnose.js';
import { examine } from '../doctor/examine.js';
import { formatReport } from '../doctor/format-report.js';

/** `medzoo doctor`: the report, and whether all that the config asks for works. */
export async function runDoctor(
  config: string | undefined,
  json: boolean,
): Promise<{ readonly isHealthy: boolean; readonly report: string }> {
  const facts = await examine(config);
  const diagnosis = diagnose(facts);
  const report = json ? `${JSON.stringify({ ...diagnosis, facts }, undefined, 2)}\n` : formatReport(diagnosis);
  return { isHealthy: diagnosis.isHealthy, report };
}
