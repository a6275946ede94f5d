/** Imports point one way: operators <- sinks <- (api, pipeline); infra knows only the table definitions. */
const only = (from, ...to) => ({
  name: `${from}-imports-only-${to.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: { path: '^(operators|sinks|pipeline|api|infra|test)/', pathNot: `^(${[from, ...to].join('|')})/` },
});

module.exports = {
  forbidden: [
    only('operators'),
    only('sinks', 'operators'),
    only('api', 'operators', 'sinks'),
    only('infra', 'sinks'),
    {
      name: 'pipeline-uses-api-only-through-create-app',
      severity: 'error',
      from: { path: '^pipeline/' },
      to: { path: '^(api|infra|test)/', pathNot: '^api/(create-app|dependencies)\\.ts$' },
    },
    {
      name: 'operators-do-no-io',
      severity: 'error',
      from: { path: '^operators/' },
      to: {
        path: '@aws-sdk|@smithy|hono|pino|prom-client|^(fs|net|http|https|child_process|worker_threads|dgram)(/|$)',
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
