// The five requests of the user guide: the sentence, the tools behind it, the answer.

import { date, size, table } from "./table.mjs";

export const QUESTIONS = [
  { sentence: () => "List my mittwald projects.", answer: projects },
  { sentence: ({ found }) => `Which apps are installed in ${found.project.description}?`, answer: apps },
  {
    sentence: ({ found }) => `Give me the connection information of the ${found.database.description} database.`,
    answer: database,
  },
  { sentence: ({ found }) => `Which backup schedules does ${found.project.description} have?`, answer: schedules },
  { sentence: () => "Which of my support conversations are open?", answer: conversations },
];

async function projects(mittwald) {
  const { projects, total } = await mittwald.call("mittwald_project_list");
  mittwald.found.project = await withDatabase(mittwald, projects);
  const rows = projects.map((project) => [
    project.description,
    project.shortId,
    project.status,
    size(project.webStorageUsageInBytes),
    date(project.createdAt),
  ]);
  return table(["Project", "Id", "Status", "Storage", "Since"], rows, total);
}

/// The first project that has a database, so that every later question has an answer.
async function withDatabase(mittwald, projects) {
  for (const project of projects) {
    const { databases } = await mittwald.call("mittwald_database_mysql_list", { projectId: project.id });
    if (databases.length === 0) continue;
    mittwald.found.database = databases[0];
    return project;
  }
  throw new Error("none of the projects has a MySQL database to show.");
}

async function apps(mittwald) {
  const { apps, total } = await mittwald.call("mittwald_app_list", { projectId: mittwald.found.project.id });
  const rows = apps.map((app) => [
    app.description,
    app.appName,
    app.version,
    app.phase,
    app.updateAvailable ? "available" : "up to date",
  ]);
  return table(["Installation", "App", "Version", "State", "Update"], rows, total);
}

async function database(mittwald) {
  const one = await mittwald.call("mittwald_database_mysql_get", { mysqlDatabaseId: mittwald.found.database.id });
  const rows = [
    ["Description", one.description],
    ["Host", one.host],
    ["Port", one.port],
    ["Database", one.name],
    ["User", one.mainUser?.name ?? "(no main user)"],
    ["Version", `MySQL ${one.version}`],
    ["Password", "never shown; set a new one in mStudio"],
  ];
  return table(undefined, rows);
}

async function schedules(mittwald) {
  const { schedules, total } = await mittwald.call("mittwald_backup_schedule_list", {
    projectId: mittwald.found.project.id,
  });
  const rows = schedules.map((plan) => [
    plan.description ?? "",
    plan.schedule,
    plan.ttl ?? "",
    plan.isSystemBackup ? "mittwald" : "own",
  ]);
  return table(["Schedule", "Cron", "Kept", "Made by"], rows, total);
}

async function conversations(mittwald) {
  const { conversations, total } = await mittwald.call("mittwald_conversation_list", { status: ["open"] });
  const rows = conversations.map((talk) => [
    talk.shortId,
    talk.title,
    talk.category ?? "",
    talk.status,
    date(talk.lastMessageAt ?? talk.createdAt),
  ]);
  return table(["Id", "Title", "Category", "Status", "Last message"], rows, total);
}
