"""The account, what tools asked and did, and the installation."""

from onememory.api import (
    accounts,
    audit,
    installation,
    overviews,
    own_account,
    questions,
    tokens,
    users,
    wire,
)
from onememory.api.operations import Operation

ACCOUNT: tuple[Operation, ...] = (
    Operation(
        "GET", "/api/account", accounts.get_account, "GetAccount", "Get the account", answers=accounts.AccountBody,
    ),
    Operation(
        "PATCH", "/api/account", own_account.change_account, "ChangeAccount", "Choose the account's time zone",
        takes=own_account.ChangeAccount, answers=users.UserBody,
    ),
    Operation(
        "DELETE", "/api/account", own_account.erase_account, "EraseAccount",
        "Erase the account and all that belongs to it",
        takes=own_account.EraseAccount, answers=wire.Message, deletes_by_body=True,
    ),
    Operation(
        "PUT", "/api/account/password", own_account.set_password, "SetPassword", "Set the account's password",
        takes=own_account.NewPassword, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/account/sessions", own_account.list_sessions, "ListSessions",
        "List the browsers that are signed in", answers=list[own_account.SessionBody],
    ),
    Operation(
        "DELETE", "/api/account/sessions", own_account.end_sessions, "EndSessions", "Sign every browser out",
        answers=wire.Message,
    ),
    Operation(
        "DELETE", "/api/account/sessions/{sessionId}", own_account.end_session, "EndSession", "Sign one browser out",
        takes=own_account.OneSession, answers=wire.Message,
    ),
    Operation(
        "POST", "/api/account/second-factor", own_account.begin_second_factor, "BeginSecondFactor",
        "Make a key for an authenticator app", answers=own_account.EnrolmentBody,
    ),
    Operation(
        "PUT", "/api/account/second-factor", own_account.switch_on_second_factor, "SwitchOnSecondFactor",
        "Ask for a code at each sign-in", takes=own_account.SwitchOn, answers=own_account.RecoveryCodes,
    ),
    Operation(
        "DELETE", "/api/account/second-factor", own_account.switch_off_second_factor, "SwitchOffSecondFactor",
        "Ask for no code at the sign-in any more",
        takes=own_account.SwitchOff, answers=wire.Message, deletes_by_body=True,
    ),
    Operation(
        "POST", "/api/account/second-factor/recovery-codes", own_account.renew_recovery_codes, "RenewRecoveryCodes",
        "Make new recovery codes", takes=own_account.Confirmed, answers=own_account.RecoveryCodes,
    ),
    Operation(
        "GET", "/api/overview", overviews.get_overview, "GetOverview",
        "Get the account at a glance: figures, what came in and was recalled lately, and a year of days",
        takes=overviews.GetOverview, answers=overviews.OverviewBody,
    ),
    Operation(
        "GET", "/api/map", overviews.get_map, "GetMap",
        "Get the memories by month and bucket, and in named clusters by meaning",
        takes=overviews.GetMap, answers=overviews.MapBody,
    ),
    Operation(
        "GET", "/api/map/clusters/{memoryId}", overviews.get_cluster, "GetMapCluster",
        "List the cluster of the map that a memory belongs to",
        takes=overviews.GetCluster, answers=overviews.ClusterMemories,
    ),
    Operation(
        "GET", "/api/tokens", tokens.list_tokens, "ListTokens", "List the tokens", answers=list[tokens.TokenBody],
    ),
    Operation(
        "POST", "/api/tokens", tokens.create_token, "CreateToken", "Make a token",
        takes=tokens.NewToken, answers=tokens.TokenCreated,
    ),
    Operation(
        "DELETE", "/api/tokens/{tokenId}", tokens.revoke_token, "RevokeToken", "Make a token useless",
        takes=tokens.OneToken, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/tokens/{tokenId}", tokens.get_token, "GetToken", "Get one token with what was done through it",
        takes=tokens.OneToken, answers=tokens.TokenUse,
    ),
    Operation(
        "PATCH", "/api/tokens/{tokenId}", tokens.change_token, "ChangeToken", "Change what a token may do",
        takes=tokens.ChangeToken, answers=tokens.TokenBody,
    ),
    Operation(
        "GET", "/api/installation", installation.get_installation, "GetInstallation",
        "Get what counts for everybody here", answers=installation.InstallationBody,
    ),
    Operation(
        "PATCH", "/api/installation", installation.change_installation, "ChangeInstallation",
        "Choose what counts for everybody here",
        takes=installation.ChangeInstallation, answers=installation.InstallationBody,
    ),
    Operation(
        "POST", "/api/installation/model", installation.fetch_model, "FetchModel",
        "Fetch a model of the catalogue, then use it",
        takes=installation.FetchModel, answers=installation.FetchingBody,
    ),
    Operation(
        "GET", "/api/backups", installation.list_backups, "ListBackups", "List the backups",
        answers=installation.BackupsBody,
    ),
    Operation(
        "POST", "/api/backups", installation.make_backup, "MakeBackup", "Back up everything",
        answers=installation.BackupBody,
    ),
    Operation(
        "DELETE", "/api/backups/{name}", installation.delete_backup, "DeleteBackup", "Delete a backup",
        takes=installation.OneBackup, answers=wire.Message,
    ),
    Operation(
        "GET", "/api/users", users.list_users, "ListUsers", "List the users by their names",
        takes=users.UserList, answers=list[users.UserBody],
    ),
    Operation(
        "POST", "/api/users", users.create_user, "CreateUser", "Make a user",
        takes=users.NewUser, answers=users.UserBody,
    ),
    Operation(
        "GET", "/api/users/{userId}", users.get_user, "GetUser", "Get one user with what they keep",
        takes=users.OneUser, answers=users.KnownUser,
    ),
    Operation(
        "PATCH", "/api/users/{userId}", users.change_user, "ChangeUser",
        "Change a user's role or quotas, or whether they may come in",
        takes=users.ChangeUser, answers=users.KnownUser,
    ),
    Operation(
        "DELETE", "/api/users/{userId}", users.erase_user, "EraseUser", "Erase a user and all that is theirs",
        takes=users.EraseUser, answers=users.Erased, deletes_by_body=True,
    ),
    Operation(
        "POST", "/api/users/{userId}/password-link", users.make_password_link, "MakePasswordLink",
        "Make a one-time link to choose a password", takes=users.OneUser, answers=users.PasswordLinkBody,
    ),
    Operation(
        "GET", "/api/audit", audit.list_audit, "ListAudit", "List who read or wrote what",
        takes=audit.ListAudit, answers=list[audit.AuditBody],
    ),
    Operation(
        "GET", "/api/questions", questions.list_questions, "ListQuestions", "List what was asked through tools",
        takes=questions.ListQuestions, answers=list[questions.QuestionBody],
    ),
    Operation(
        "DELETE", "/api/questions", questions.forget_questions, "ForgetQuestions", "Forget all that was asked",
        answers=questions.Forgotten,
    ),
    Operation(
        "GET", "/api/questions/{questionId}", questions.get_question, "GetQuestion", "Get one question and what it got",
        takes=questions.OneQuestion, answers=questions.QuestionBody,
    ),
    Operation(
        "DELETE", "/api/questions/{questionId}", questions.forget_question, "ForgetQuestion", "Forget one question",
        takes=questions.OneQuestion, answers=questions.Forgotten,
    ),
    Operation(
        "POST", "/api/questions/{questionId}/replay", questions.replay_question, "ReplayQuestion",
        "Ask a question again, and compare", takes=questions.OneQuestion, answers=questions.ReplayBody,
    ),
)  # fmt: skip
