namespace CohereShell.Prompt;

/// <summary>A command of the chat.</summary>
/// <param name="Name">The name without the slash.</param>
/// <param name="Argument">The argument, for /help; null if there isn't one.</param>
/// <param name="Help">What the command does.</param>
/// <param name="Run">Runs the command with the text after its name.</param>
internal sealed record SlashCommand(string Name, string? Argument, string Help, Action<string> Run)
{
    /// <summary>The syntax of the command.</summary>
    public string Usage => "/" + Name + (Argument is null ? string.Empty : " " + Argument);
}
