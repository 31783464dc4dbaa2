// Two extensions of the marketplace, each installed in a project.

import { uuidFrom } from '../shape.mjs';
import { AGENCY, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/extension/${name}`);

/** key, name, what it does, the project that has it */
const EXTENSIONS = [
  ['monitor', 'Seitenwächter', 'Prüft, ob eine Seite antwortet.', AGENCY],
  ['feed', 'Preisvergleich', 'Meldet Produkte an Preisvergleiche.', SHOP],
];

export function seedExtensions(t) {
  return {
    extension: EXTENSIONS.map((row) => extension(t, ...row)),
    extensionInstance: EXTENSIONS.map((row) => instance(t, ...row)),
  };
}

function extension(t, key, name, description) {
  return {
    id: id(key),
    name,
    description,
    subTitle: { de: description },
    detailedDescriptions: { de: { markdown: description } },
    context: 'project',
    contributorId: id('contributor'),
    createdAt: t.ago(300),
    assets: [],
    blocked: false,
    disabled: false,
    logoRefId: id(`logo/${key}`),
    published: true,
    scopes: ['project:read'],
    state: 'enabled',
    statistics: { amountOfInstances: 1 },
    support: { email: 'hilfe@erweiterungen.example', inherited: false },
    tags: [],
  };
}

function instance(t, key, extensionName, description, projectId) {
  return {
    id: id(`instance/${key}`),
    projectId,
    extensionId: id(key),
    extensionName,
    extensionSubTitle: { de: description },
    aggregateReference: { aggregate: 'project', domain: 'project', id: projectId },
    contributorId: id('contributor'),
    contributorName: 'Erweiterungen Lübeck',
    consentedScopes: ['project:read'],
    createdAt: t.ago(80),
    disabled: false,
    pendingInstallation: false,
    pendingRemoval: false,
    webhookExecutionHalted: false,
    chargeability: { isChargeable: false, reasons: { isNonChargeableCustomer: false, isOwnExtension: false } },
  };
}
