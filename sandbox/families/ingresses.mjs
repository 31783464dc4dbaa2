// Hostnames (ingresses): what they show, whose they are, and their certificate.
//
// A hostname under a domain that the person has at mittwald is theirs at once; for any other, a TXT
// record has to prove it, and the sandbox takes it for set as soon as somebody asks for the check,
// unless `delays.ownership` says otherwise. What is proved gets its certificate by itself.

import { conflict, notFound, preconditionFailed, refused } from '../problems.mjs';

const inProject = { of: 'project', key: 'projectId' };
const OF_AN_INGRESS = '/v2/ingresses/{ingressId}';
const DEADLINE_MS = 3_600_000;
const NO_ADDRESS = 'ERROR_NO_A_RECORD';
const TOO_LATE = 'ERROR_ACME_CERTIFICATE_REQUEST_DEADLINE_EXCEEDED';
const IPS = { v4: ['192.0.2.80'], v6: ['2001:db8::80'] };

const servedBy = (key) => (value, want) =>
  value.paths?.some(({ target }) => target[key] === want || target[key]?.id === want) ?? false;

export const ingresses = {
  collections: [
    {
      name: 'ingress',
      item: OF_AN_INGRESS,
      lists: ['/v2/ingresses'],
      parent: inProject,
      search: ['hostname'],
      filters: {
        appInstallationId: servedBy('installationId'),
        containerId: servedBy('container'),
        certificateId: (value, want) => value.tls?.certificateId === want,
      },
      create: {
        'POST /v2/ingresses': (job) => {
          const { hostname, paths, projectId } = job.body;
          const isFree = !job.list('ingress').some(([, one]) => one.hostname === hostname);
          job.insist(isFree, () => conflict(`${hostname} is in use`));
          insistOnTargets(job, projectId, paths);
          return newIngress(job, hostname);
        },
      },
    },
  ],

  views: {},

  effects: {
    [`DELETE ${OF_AN_INGRESS}`]: (job) => {
      job.insist(!job.record.isDefault, () => conflict('the default hostname of a project cannot be deleted'));
      job.remove('ingress', job.record.id);
    },
    [`PATCH ${OF_AN_INGRESS}/paths`]: (job) => {
      insistOnTargets(job, job.record.projectId, job.body);
      job.patch('ingress', job.record.id, { paths: withRoot(job.body) });
    },
    [`PATCH ${OF_AN_INGRESS}/tls`]: (job) => {
      if ('acme' in job.body) return issue(job, job.record.id);
      const certificate = job.world.store.get('certificate', job.body.certificateId);
      job.insist(certificate?.projectId === job.record.projectId, () =>
        notFound(`certificate ${job.body.certificateId}`),
      );
      job.insist(covers(certificate, job.record.hostname), () =>
        preconditionFailed(`the certificate is not for ${job.record.hostname}`),
      );
      job.patch('ingress', job.record.id, { tls: job.body });
      return undefined;
    },
    [`POST ${OF_AN_INGRESS}/actions/verify-ownership`]: verify,
    [`POST ${OF_AN_INGRESS}/actions/request-acme-certificate-issuance`]: (job) => {
      if (!job.record.ownership.verified)
        throw preconditionFailed(`the ownership of ${job.record.hostname} is not verified`);
      issue(job, job.record.id);
    },
    'POST /v2/actions/list-ingresses-compatible-with-certificate': (job) => {
      const known = job.body.certificateId && job.reach('certificate', job.body.certificateId);
      const projectId = known?.projectId ?? job.reach('project', job.body.projectId).id;
      return job
        .visible('ingress')
        .filter((one) => one.projectId === projectId && (!known || covers(known, one.hostname)));
    },
  },

  created: {
    ingress: (job, { id, ownership, paths }) => {
      job.patch('ingress', id, { paths: withRoot(paths) });
      if (ownership.verified) issue(job, id);
    },
  },
};

/** A hostname as it is in the first moment. */
export function newIngress(job, hostname, { isDefault = false } = {}) {
  const isOwn =
    isDefault || job.visible('domain').some(({ domain }) => hostname === domain || hostname.endsWith(`.${domain}`));
  return {
    hostname,
    isDefault,
    isDomain: job.visible('domain').some(({ domain }) => hostname === domain),
    isEnabled: true,
    ips: IPS,
    tls: { acme: true, isCreated: false },
    dnsValidationErrors: isOwn ? [] : [NO_ADDRESS],
    ownership: isOwn ? { verified: true } : { verified: false, txtRecord: `sandbox-verification=${job.digits(12)}` },
  };
}

/** The path `/` is always there. */
function withRoot(paths) {
  return paths.some(({ path }) => path === '/') ? paths : [{ path: '/', target: { useDefaultPage: true } }, ...paths];
}

function insistOnTargets(job, projectId, paths) {
  const { store } = job.world;
  for (const { target } of paths) {
    const app = target.installationId && store.get('appInstallation', target.installationId);
    job.insist(!target.installationId || app?.projectId === projectId, () => notFound(`app ${target.installationId}`));
    const service = target.container && store.get('service', target.container.id);
    job.insist(!target.container || service?.projectId === projectId, () =>
      notFound(`container ${target.container.id}`),
    );
    const ports = service?.pendingState.ports?.map((port) => port.split(':').at(-1)) ?? [];
    job.insist(!service || ports.includes(target.container.portProtocol), () =>
      refused(
        `the container does not listen on ${target.container.portProtocol}; it does on ${ports.join(', ') || 'none'}`,
      ),
    );
  }
}

function verify(job) {
  const { id, hostname, ownership } = job.record;
  if (ownership.verified) return;
  if (job.world.delays.fails('ownership'))
    throw preconditionFailed(`${hostname} has no TXT record ${ownership.txtRecord}`);
  job.begin('ownership', id, {
    steps: [
      () => {},
      (store) => {
        store.patch('ingress', id, { ownership: { verified: true }, dnsValidationErrors: [] });
        issue(job, id);
      },
    ],
  });
}

/** A certificate of Let's Encrypt's kind; while it is on its way, it has a deadline. */
export function issue(job, id) {
  const set = (change) => (store) => store.patch('ingress', id, change);
  job.begin('tls', id, {
    steps: [
      (store, time) =>
        set({
          dnsValidationErrors: [],
          tls: {
            acme: true,
            isCreated: false,
            requestDeadline: new Date(Date.parse(time) + DEADLINE_MS).toISOString(),
          },
        })(store),
      set({ dnsValidationErrors: [], tls: { acme: true, isCreated: true } }),
    ],
    failed: set({ dnsValidationErrors: [TOO_LATE], tls: { acme: true, isCreated: false } }),
  });
}

/** Whether one of a certificate's names is the hostname, or the wildcard above it. */
export function covers({ dnsNames = [], commonName }, hostname) {
  const above = `*.${hostname.split('.').slice(1).join('.')}`;
  return [...dnsNames, commonName].some((name) => name === hostname || name === above);
}
