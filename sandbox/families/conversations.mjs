// Support conversations and their messages.

import { forbidden } from '../problems.mjs';

const isClosed = (conversation) => conversation.status === 'closed';

export const conversations = {
  collections: [
    {
      name: 'conversation',
      item: '/v2/conversations/{conversationId}',
      idKey: 'conversationId',
      lists: ['/v2/conversations'],
      search: ['title', 'shortId'],
      // Private ones belong to their main user, shared ones to the organisation.
      sees: (userId, value, roots) => value.mainUser?.userId === userId || roots.customer.has(value.customerId),
      // The filter knows open and closed; the status knows more: everything not closed is open.
      filters: { status: (value, wanted) => wanted.includes(isClosed(value) ? 'closed' : 'open') },
      create: { 'POST /v2/conversations': start },
    },
    {
      name: 'conversationCategory',
      item: '/v2/conversation-categories/{categoryId}',
      idKey: 'categoryId',
      lists: ['/v2/conversation-categories'],
      public: true,
    },
    {
      name: 'conversationMessage',
      item: '/v2/conversations/{conversationId}/messages/{messageId}',
      idKey: 'messageId',
      lists: ['/v2/conversations/{conversationId}/messages'],
      parent: { of: 'conversation', key: 'conversationId' },
      create: {
        'POST /v2/conversations/{conversationId}/messages': (job) => message(job, job.body.messageContent ?? ''),
      },
    },
  ],

  views: {
    'GET /v2/conversations/{conversationId}/members': (job) =>
      [job.record.mainUser, job.record.createdBy, job.record.lastMessageBy]
        .filter((person, i, all) => person && all.findIndex((other) => other?.userId === person.userId) === i)
        .map((person) => ({ active: true, ...person })),
  },

  effects: {
    'PUT /v2/conversations/{conversationId}/status': (job) => {
      job.patch('conversation', job.record.conversationId, { status: job.body.status });
      return { conversationId: job.record.conversationId };
    },
    'PATCH /v2/conversations/{conversationId}/messages/{messageId}': (job) => {
      if (job.record.createdBy?.userId !== job.userId) throw forbidden('only who wrote a message may change it');
      job.patch('conversationMessage', job.record.messageId, job.body);
    },
    'PUT /v2/conversations/{conversationId}': (job) => {
      const { categoryId, ...plain } = job.body;
      job.patch('conversation', job.record.conversationId, {
        ...plain,
        ...(categoryId && { category: job.reach('conversationCategory', categoryId) }),
      });
      return { conversationId: job.record.conversationId };
    },
  },

  created: {
    conversation: (job, value) => {
      if (!job.body.messageContent) return;
      const messageId = job.uuid();
      job.put('conversationMessage', messageId, {
        messageId,
        conversationId: value.conversationId,
        ...message(job, job.body.messageContent),
      });
    },
    conversationMessage: (job, value) =>
      job.patch('conversation', value.conversationId, {
        lastMessageAt: value.createdAt,
        lastMessageBy: value.createdBy,
        lastMessage: { createdAt: value.createdAt, createdBy: value.createdBy },
      }),
  },
};

function speaker(job) {
  const { person } = job.get('user', job.userId);
  return { userId: job.userId, clearName: `${person.firstName} ${person.lastName}`, isEmployee: false, active: true };
}

function message(job, messageContent) {
  return { type: 'MESSAGE', createdAt: job.now, createdBy: speaker(job), messageContent, internal: false, files: [] };
}

/** The organisation whose members see what is shared with it, or with a project of it. */
function customerOf(job, sharedWith) {
  if (sharedWith?.aggregate === 'customer') return sharedWith.id;
  return sharedWith?.aggregate === 'project' ? job.reach('project', sharedWith.id).customerId : undefined;
}

function start(job) {
  const category = job.body.categoryId && job.reach('conversationCategory', job.body.categoryId);
  const shared = customerOf(job, job.body.sharedWith);
  const me = speaker(job);
  return {
    shortId: `CONV-${job.digits(5)}`,
    title: job.body.title ?? '',
    status: 'open',
    visibility: shared ? 'shared' : 'private',
    createdAt: job.now,
    createdBy: me,
    mainUser: me,
    lastMessageAt: job.now,
    lastMessageBy: me,
    lastMessage: { createdAt: job.now, createdBy: me },
    relations: [],
    ...(shared && { customerId: shared }),
    ...(category && { category }),
  };
}
