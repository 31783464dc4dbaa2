//! What each right lets a client do, in the words of somebody who uses hosting: one sentence for each
//! of mittwald's scopes (catalog/scopes.toml), in German and English. What costs money or takes data
//! along says so.

/// Areas in the order of the page: the scopes' first part, German, English.
pub const AREAS: [(&str, &str, &str); 17] = [
    ("project", "Projekte und Server", "Projects and servers"),
    ("app", "Apps", "Apps"),
    ("database", "Datenbanken", "Databases"),
    ("domain", "Domains, DNS und Zertifikate", "Domains, DNS and certificates"),
    ("mail", "E-Mail", "E-mail"),
    ("backup", "Backups", "Backups"),
    ("cronjob", "Cronjobs", "Cron jobs"),
    ("stack", "Container", "Containers"),
    ("registry", "Container-Registries", "Container registries"),
    ("sshuser", "SSH- und SFTP-Zugänge", "SSH and SFTP access"),
    ("extension", "Erweiterungen", "Extensions"),
    ("customer", "Organisationen", "Organisations"),
    ("contract", "Verträge und Rechnungen", "Contracts and invoices"),
    ("order", "Domains bestellen", "Ordering domains"),
    ("conversation", "Support", "Support"),
    ("user", "Ihr Benutzerkonto", "Your user account"),
    (OTHER, "KI-Hosting, Lizenzen, Benachrichtigungen", "AI hosting, licences, notifications"),
];

/// Stands for what mittwald protects by no scope of its own; the level alone bounds it.
pub const OTHER: &str = "other";

/// Scope, German, English.
pub const WORDS: [(&str, &str, &str); 46] = [
    (
        "project:read",
        "Projekte, Server, Mitglieder und Dateien ansehen",
        "See projects, servers, members and files",
    ),
    (
        "project:write",
        "Projekte anlegen und ändern, Mitglieder einladen",
        "Create and change projects, invite members",
    ),
    (
        "project:delete",
        "Projekte mit allem darin löschen, Mitglieder entfernen",
        "Delete projects with everything in them, remove members",
    ),
    (
        "app:read",
        "Apps, ihre Versionen und ihren Zustand ansehen",
        "See apps, their versions and their state",
    ),
    (
        "app:write",
        "Apps installieren, kopieren, aktualisieren und einstellen",
        "Install, copy, update and configure apps",
    ),
    ("app:delete", "Apps deinstallieren", "Uninstall apps"),
    ("database:read", "Datenbanken und ihre Benutzer ansehen", "See databases and their users"),
    (
        "database:write",
        "Datenbanken und Benutzer anlegen, kopieren und ändern",
        "Create, copy and change databases and users",
    ),
    (
        "database:delete",
        "Datenbanken mit ihren Daten löschen, Benutzer löschen",
        "Delete databases with their data, delete users",
    ),
    (
        "domain:read",
        "Domains, DNS-Einträge und Zertifikate ansehen",
        "See domains, DNS records and certificates",
    ),
    (
        "domain:write",
        "DNS-Einträge setzen und entfernen, Domains einrichten, umziehen und kündigen, Zertifikate anfordern",
        "Set and remove DNS records, set up, move and cancel domains, request certificates",
    ),
    (
        "domain:delete",
        "Domains, DNS-Zonen und Zertifikate löschen",
        "Delete domains, DNS zones and certificates",
    ),
    (
        "mail:read",
        "E-Mail-Adressen, Postfächer und Einstellungen ansehen, keine Nachrichten",
        "See addresses, mailboxes and settings, no messages",
    ),
    (
        "mail:write",
        "Postfächer und Weiterleitungen anlegen und ändern, Postfächer wiederherstellen",
        "Create and change mailboxes and forwards, restore mailboxes",
    ),
    (
        "mail:delete",
        "Adressen und Postfächer mit ihren Nachrichten löschen",
        "Delete addresses and mailboxes with their messages",
    ),
    (
        "backup:read",
        "Backups und Zeitpläne ansehen, Backups herunterladen",
        "See backups and schedules, download backups",
    ),
    (
        "backup:write",
        "Backups anlegen und einspielen, Zeitpläne anlegen und ändern",
        "Make and restore backups, create and change schedules",
    ),
    ("backup:delete", "Backups und Zeitpläne löschen", "Delete backups and schedules"),
    ("cronjob:read", "Cronjobs und ihre Läufe ansehen", "See cron jobs and their runs"),
    ("cronjob:write", "Cronjobs anlegen, ändern und ausführen", "Create, change and run cron jobs"),
    ("cronjob:delete", "Cronjobs löschen", "Delete cron jobs"),
    ("stack:read", "Container, Volumes und Protokolle ansehen", "See containers, volumes and logs"),
    (
        "stack:write",
        "Container anlegen, ändern, starten und stoppen",
        "Create, change, start and stop containers",
    ),
    (
        "stack:delete",
        "Container und Volumes mit ihren Daten löschen",
        "Delete containers and volumes with their data",
    ),
    (
        "registry:read",
        "Hinterlegte Container-Registries ansehen",
        "See the container registries on file",
    ),
    (
        "registry:write",
        "Container-Registries hinterlegen und ändern",
        "Add and change container registries",
    ),
    ("registry:delete", "Container-Registries entfernen", "Remove container registries"),
    ("sshuser:read", "SSH- und SFTP-Benutzer ansehen", "See SSH and SFTP users"),
    (
        "sshuser:write",
        "SSH- und SFTP-Benutzer anlegen und ändern",
        "Create and change SSH and SFTP users",
    ),
    ("sshuser:delete", "SSH- und SFTP-Benutzer löschen", "Delete SSH and SFTP users"),
    ("extension:read", "Installierte Erweiterungen ansehen", "See installed extensions"),
    (
        "extension:write",
        "Erweiterungen installieren, kostenpflichtig bestellen und kündigen",
        "Install, order (at a price) and cancel extensions",
    ),
    ("extension:delete", "Erweiterungen entfernen", "Remove extensions"),
    (
        "customer:read",
        "Organisationen und ihre Mitglieder ansehen",
        "See organisations and their members",
    ),
    (
        "customer:write",
        "Organisationen anlegen und ändern, Mitglieder einladen und verwalten",
        "Create and change organisations, invite and manage members",
    ),
    (
        "contract:read",
        "Verträge, Bestellungen und Rechnungen ansehen",
        "See contracts, orders and invoices",
    ),
    (
        "contract:write",
        "Kostenpflichtig bestellen, Tarife wechseln, Verträge kündigen",
        "Place orders at a price, change tariffs, cancel contracts",
    ),
    ("order:domain-preview", "Preise für Domains abfragen", "Ask for the prices of domains"),
    ("order:domain-create", "Domains kostenpflichtig bestellen", "Order domains at a price"),
    ("conversation:read", "Ihre Support-Anfragen lesen", "Read your support conversations"),
    (
        "conversation:write",
        "Support-Anfragen stellen, beantworten und schließen",
        "Open, answer and close support conversations",
    ),
    (
        "user:read",
        "Ihren Namen, Ihr Profil, Ihre Sitzungen und Schlüssel ansehen, keine Passwörter",
        "See your name, profile, sessions and keys, no passwords",
    ),
    (
        "user:write",
        "Ihr Profil, Ihre SSH-Schlüssel und API-Tokens anlegen und ändern",
        "Create and change your profile, SSH keys and API tokens",
    ),
    (
        "other:read",
        "KI-Schlüssel, Lizenzen und Benachrichtigungen ansehen",
        "See AI keys, licences and notifications",
    ),
    (
        "other:write",
        "KI-Schlüssel anlegen und ändern, Lizenzschlüssel erneuern",
        "Create and change AI keys, renew licence keys",
    ),
    ("other:delete", "KI-Schlüssel löschen", "Delete AI keys"),
];
