import { type Command, InvalidArgumentError } from 'commander';
import type { Scope } from '../../api/dependencies.ts';
import { isKeyName, isScope, newApiKey } from '../api-keys.ts';

/** `tidemark api-key create`: makes a key, shows it once, and prints the line that is to be kept. Stores nothing. */
export function apiKeyCommand(program: Command): void {
  const command = program.command('api-key').description('Make keys for callers of the API');
  command
    .command('create')
    .description('Make a key: it is shown once; the line to keep holds only its hash')
    .requiredOption('--name <name>', 'what the key is called in logs and in /v1/me', keyName)
    .option('--scopes <scope>', 'read, write or admin; each includes those before it', scopeOf, 'read')
    .addHelpText(
      'after',
      '\nThe key goes to stdout, the line to keep beside it: add it to the file of --api-keys-file.\n' +
        '\nExample:\n  tidemark api-key create --name board --scopes read',
    )
    .action(({ name, scopes }: { name: string; scopes: Scope }) => {
      const { key, line } = newApiKey(name, scopes);
      process.stdout.write(`key:   ${key}\nstore: ${line}\n`);
      process.stderr.write(
        'The key is shown only now; give it to the caller, who sends it as X-Api-Key.\n' +
          'Add the line after "store:" to the file that --api-keys-file names: a running Tidemark takes it up within seconds.\n',
      );
    });
}

function keyName(text: string): string {
  if (isKeyName(text)) return text;
  throw new InvalidArgumentError('Expected up to 64 letters, digits, dots, hyphens and underscores.');
}

function scopeOf(text: string): Scope {
  const names = text.split(/[+,]/);
  if (!names.every(isScope)) throw new InvalidArgumentError('Expected read, write or admin.');
  return names.includes('admin') ? 'admin' : names.includes('write') ? 'write' : 'read';
}
