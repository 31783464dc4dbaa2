//! The log of writes, in the person's `Account` object.

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use worker::Context;

use crate::oauth::stores::{AccountCommand, AccountReply, Accounts};
use crate::ports::{Ledger, LedgerRefusal, WriteId, WriteRecord};

use super::objects::{Objects, send};

/// Opens entries on the path of a write and closes them off it.
pub struct AccountLedger<'e> {
    /// The objects.
    pub objects: &'e Objects<'e>,
    /// Keeps the closing alive after the answer went out.
    pub context: &'e Context,
}

impl Ledger for AccountLedger<'_> {
    fn open<'a>(
        &'a self,
        write: &'a WriteRecord<'a>,
    ) -> LocalBoxFuture<'a, Result<WriteId, LedgerRefusal>> {
        async move {
            let command = AccountCommand::OpenWrite {
                grant: write.grant.map(str::to_owned),
                client: write.client.to_owned(),
                tool: write.tool.to_owned(),
                target: write.target.to_owned(),
                spends: write.spends.cloned(),
            };
            match self.objects.call(write.account, command).await {
                Ok(AccountReply::Opened(id)) => Ok(WriteId(id)),
                Ok(AccountReply::ConfirmationUsed) => Err(LedgerRefusal::ConfirmationUsed),
                Ok(AccountReply::Refused(_)) => Err(LedgerRefusal::Revoked),
                _ => Err(LedgerRefusal::Unavailable),
            }
        }
        .boxed_local()
    }

    fn close(&self, account: &str, id: WriteId, succeeded: bool) {
        let (env, account) = (self.objects.env.clone(), account.to_owned());
        let jurisdiction = self.objects.jurisdiction.map(str::to_owned);
        self.context.wait_until(async move {
            let command = AccountCommand::CloseWrite { id: id.0, succeeded };
            // An entry that stays open reads as "outcome unknown", which is then the truth.
            let _: Result<AccountReply, _> =
                send(&env, "ACCOUNT", jurisdiction.as_deref(), &account, &command).await;
        });
    }
}
