namespace CohereShell.Tools;

/// <summary>Names of tools: letters, digits and underscores, as the API requires.</summary>
internal static class ToolNames
{
    private const string ScriptExtension = ".ps1";

    /// <summary>The API's rule, in words for users.</summary>
    public const string Rule = "letters, digits and underscores, but no digit at the beginning";

    /// <summary>Whether the API accepts the name.</summary>
    public static bool IsValid(string name) => name.Length > 0 && !char.IsDigit(name[0]) && name.All(character => IsAllowed(character));

    /// <summary>The tool's name for a command: <c>Get_Service</c> for <c>Get-Service</c>.</summary>
    public static string FromCommand(string command)
    {
        string name = new(WithoutExtension(command).Select(character => IsAllowed(character) ? character : '_').ToArray());
        return name.Length == 0 || char.IsDigit(name[0]) ? "_" + name : name;
    }

    /// <summary>The verb of a command; null if its name doesn't consist of verb and noun.</summary>
    public static string? VerbOf(string command)
    {
        string name = WithoutExtension(command);
        int hyphen = name.IndexOf('-');
        return hyphen > 0 && hyphen < name.Length - 1 ? name.Substring(0, hyphen) : null;
    }

    private static bool IsAllowed(char character) => character == '_' || (character < 128 && char.IsLetterOrDigit(character));

    private static string WithoutExtension(string command) =>
        command.EndsWith(ScriptExtension, StringComparison.OrdinalIgnoreCase) ? command.Substring(0, command.Length - ScriptExtension.Length) : command;
}
