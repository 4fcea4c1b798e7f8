namespace CohereShell.Display;

/// <summary>Writes values as they appear in a command.</summary>
internal static class PowerShellText
{
    /// <summary>A value as an argument, in quotes if needed.</summary>
    public static string Quote(string value) =>
        value.Length > 0 && value[0] != '-' && value.All(character => char.IsLetterOrDigit(character) || "-_./".IndexOf(character) >= 0) ? value : "'" + value.Replace("'", "''") + "'";
}
