namespace CohereShell.Emulation;

/// <summary>The emulated account.</summary>
internal static class Account
{
    internal static readonly string UserId = StableHash.Id("the emulator's owner");
    internal static readonly string OrganizationId = StableHash.Id("the emulator's organisation");
}
