// Who there is: the agency Kontor Nord with the demo user and two colleagues, and Atelier
// Lindenhof, a second organisation with a user of its own that the demo user cannot see.

import { uuidFrom } from '../shape.mjs';

const id = (name) => uuidFrom(`kontor-nord/${name}`);

export const PASSWORD = 'sandbox';
export const DEMO_USER = {
  userId: id('user/demo'),
  email: 'demo@example.com',
  firstName: 'Jule',
  lastName: 'Petersen',
};
export const OTHER_USER = {
  userId: id('user/other'),
  email: 'other@example.com',
  firstName: 'Emre',
  lastName: 'Aydin',
};
const COLLEAGUES = [
  { userId: id('user/tjark'), email: 'tjark.hansen@kontor-nord.example', firstName: 'Tjark', lastName: 'Hansen' },
  { userId: id('user/mina'), email: 'mina.rahimi@kontor-nord.example', firstName: 'Mina', lastName: 'Rahimi' },
];
export const [TJARK, MINA] = COLLEAGUES;
export const USERS = [DEMO_USER, OTHER_USER, ...COLLEAGUES];

export const KONTOR = id('customer/kontor-nord');
export const LINDENHOF = id('customer/lindenhof');

export function seedPeople(t) {
  return {
    user: USERS.map((user, i) => ({
      userId: user.userId,
      email: user.email,
      person: { firstName: user.firstName, lastName: user.lastName, title: ['ms', 'mr', 'mr', 'ms'][i] },
      registeredAt: t.ago(900 - 40 * i),
      passwordUpdatedAt: t.ago(120 + i),
      mfa: { active: i === 0, setup: i === 0 },
      phoneNumber: i === 0 ? '+49 40 5550100' : undefined,
    })).map(withoutUndefined),
    customer: [
      customer(
        t,
        KONTOR,
        '512004',
        'Kontor Nord GmbH',
        DEMO_USER,
        { street: 'Große Elbstraße', houseNumber: '42', zip: '22767', city: 'Hamburg' },
        3,
        3,
      ),
      customer(
        t,
        LINDENHOF,
        '518731',
        'Atelier Lindenhof',
        OTHER_USER,
        { street: 'Lindenstraße', houseNumber: '7', zip: '50674', city: 'Köln' },
        1,
        1,
      ),
    ],
    customerMembership: [
      membership(t, 'customer', 'demo', { customerId: KONTOR }, DEMO_USER, 'owner'),
      membership(t, 'customer', 'tjark', { customerId: KONTOR }, TJARK, 'member'),
      membership(t, 'customer', 'mina', { customerId: KONTOR }, MINA, 'accountant'),
      membership(t, 'customer', 'other', { customerId: LINDENHOF }, OTHER_USER, 'owner'),
    ],
    customerInvite: [
      {
        id: id('customer-invite/1'),
        customerId: KONTOR,
        customerName: 'Kontor Nord GmbH',
        mailAddress: 'praktikum@kontor-nord.example',
        role: 'member',
        accepted: false,
        message: 'Willkommen im Team!',
        information: { invitedBy: DEMO_USER.userId },
      },
    ],
  };
}

function customer(t, customerId, customerNumber, name, owner, address, memberCount, projectCount) {
  return {
    customerId,
    customerNumber,
    name,
    memberCount,
    projectCount,
    creationDate: t.ago(900),
    isAllowedToPlaceOrders: true,
    executingUserRoles: ['owner'],
    owner: {
      firstName: owner.firstName,
      lastName: owner.lastName,
      company: name,
      salutation: 'other',
      emailAddress: owner.email,
      address: { ...address, countryCode: 'DE' },
    },
  };
}

export function membership(t, kind, key, where, user, role, extra = {}) {
  return {
    id: id(`${kind}-membership/${key}`),
    ...where,
    userId: user.userId,
    role,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    mfa: user === DEMO_USER,
    memberSince: t.ago(800),
    ...extra,
  };
}

export function withoutUndefined(value) {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined));
}
