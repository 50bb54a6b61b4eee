// The rooms of src/, from the top down. A room imports only from the levels below its own.
const levels = [
  ['cli'],
  ['daemon'],
  ['enrichment', 'sample'],
  ['modalities', 'provenance', 'review'],
  ['learning', 'graph', 'vocabulary', 'media', 'models'],
  ['config'],
];

const entryPoints = ['^src/cli/main\\.ts$', '-worker\\.ts$'];

// graph may name the types a profile gives it (RecordModel); nothing of vocabulary runs there.
const typesOnly = new Map([['graph', ['vocabulary']]]);

const folders = (rooms) => `^src/(${rooms.join('|')})/`;

function roomRule(room, level) {
  const forbidden = levels
    .slice(0, level + 1)
    .flat()
    .filter((other) => other !== room && !(typesOnly.get(room) ?? []).includes(other));
  if (forbidden.length === 0) return [];
  return {
    name: `imports-of-${room}`,
    comment: `${room} may import only from the rooms below it; see docs/architecture.md.`,
    severity: 'error',
    from: { path: folders([room]) },
    to: { path: folders(forbidden) },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...levels.flatMap((rooms, level) => rooms.flatMap((room) => roomRule(room, level))),
    ...[...typesOnly].map(([room, others]) => ({
      name: `types-only-of-${room}`,
      comment: `${room} may import types, and nothing that runs, from ${others.join(', ')}.`,
      severity: 'error',
      from: { path: folders([room]) },
      to: { path: folders(others), dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'no-circular',
      comment: 'Files that import each other cannot be understood or tested one at a time.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment:
        'A file that no entry point reaches (the command line, the script of a thread or process) is dead.',
      severity: 'error',
      from: { path: entryPoints },
      to: { path: '^src/', pathNot: [...entryPoints, '^src/web/', '\\.d\\.ts$'], reachable: false },
    },
    {
      name: 'not-from-tests',
      comment: 'What is shipped must not need what is not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'declared-dependencies',
      comment: 'What src/ imports at run time must be among the dependencies of package.json.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be resolved, and is not an optional dependency.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^onnxruntime-node$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
