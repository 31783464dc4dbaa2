// Three support conversations of the agency: two open, one closed.

import { uuidFrom } from '../shape.mjs';
import { DEMO_USER, KONTOR, TJARK } from './people.mjs';
import { AGENCY, SHOP } from './projects.mjs';

const id = (name) => uuidFrom(`kontor-nord/conversation/${name}`);
const SUPPORT = { userId: id('support/lea'), clearName: 'Lea Vogt', isEmployee: true, active: true };
const person = (user) => ({
  userId: user.userId,
  clearName: `${user.firstName} ${user.lastName}`,
  isEmployee: false,
  active: true,
});

const CATEGORIES = [
  ['technik', 'Technik', ['server', 'project']],
  ['vertrag', 'Vertrag und Rechnung', ['organisation']],
  ['email', 'E-Mail', ['project']],
].map(([key, name, referenceType]) => ({ categoryId: id(`category/${key}`), name, referenceType }));

const THREADS = [
  {
    key: 'php',
    shortId: 'CONV-48213',
    title: 'PHP 8.4 für das Teemagazin',
    status: 'open',
    category: 0,
    project: SHOP,
    by: DEMO_USER,
    messages: [
      [2, 10, DEMO_USER, 'Moin! Wir möchten das Teemagazin von PHP 8.2 auf 8.4 heben. Gibt es etwas zu beachten?'],
      [
        2,
        11,
        null,
        'Hallo Frau Petersen, bitte prüfen Sie vorher die Plugins. Ein Backup legen wir gern mit Ihnen an.',
      ],
      [1, 9, DEMO_USER, 'Danke, die Plugins sind geprüft. Wir stellen morgen früh um.'],
    ],
  },
  {
    key: 'mail',
    shortId: 'CONV-48377',
    title: 'Mails an bestellung@ kommen verzögert an',
    status: 'open',
    category: 2,
    project: SHOP,
    by: TJARK,
    messages: [
      [0, 7, TJARK, 'Seit heute Nacht kommen Bestellmails rund 20 Minuten zu spät an. Können Sie das prüfen?'],
    ],
  },
  {
    key: 'invoice',
    shortId: 'CONV-47102',
    title: 'Rechnungsadresse ändern',
    status: 'closed',
    category: 1,
    project: AGENCY,
    by: DEMO_USER,
    messages: [
      [40, 13, DEMO_USER, 'Unsere Rechnungsadresse hat sich geändert: Große Elbstraße 42, 22767 Hamburg.'],
      [39, 8, null, 'Die Adresse ist geändert. Die nächste Rechnung trägt sie bereits.'],
    ],
  },
];

export function seedConversations(t) {
  return {
    conversationCategory: CATEGORIES,
    conversation: THREADS.map((thread) => conversation(t, thread)),
    conversationMessage: THREADS.flatMap((thread) =>
      thread.messages.map(([day, hour, user, messageContent], i) => ({
        messageId: id(`${thread.key}/message/${i}`),
        conversationId: id(thread.key),
        type: 'MESSAGE',
        createdAt: t.ago(day, hour),
        createdBy: user ? person(user) : SUPPORT,
        messageContent,
        internal: false,
        files: [],
      })),
    ),
  };
}

function conversation(t, { key, shortId, title, status, category, project, by, messages }) {
  const [firstDay, firstHour] = messages[0];
  const [lastDay, lastHour, lastUser] = messages.at(-1);
  const last = lastUser ? person(lastUser) : SUPPORT;
  return {
    conversationId: id(key),
    customerId: KONTOR,
    shortId,
    title,
    status,
    category: CATEGORIES[category],
    visibility: 'shared',
    createdAt: t.ago(firstDay, firstHour),
    createdBy: person(by),
    mainUser: person(by),
    lastMessageAt: t.ago(lastDay, lastHour),
    lastMessage: { createdAt: t.ago(lastDay, lastHour), createdBy: last },
    lastMessageBy: last,
    relatedTo: { aggregate: 'project', domain: 'project', id: project },
    sharedWith: { aggregate: 'customer', domain: 'customer', id: KONTOR },
    relations: [],
    notificationRoles: ['customer_owner'],
  };
}
