namespace CohereShell.Emulation;

/// <summary>The emulated account.</summary>
internal static class Account
{
    internal const string UserId = "b5e1ffb9-0000-4653-9927-940833163000";
    internal const string OrganizationId = "62603116-0000-4c04-b1b6-9d5046764000";
}
