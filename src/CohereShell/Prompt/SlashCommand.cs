namespace CohereShell.Prompt;

/// <summary>A command of the chat.</summary>
/// <param name="Name">Its name, without the slash.</param>
/// <param name="Argument">What may follow, for /help; null for nothing.</param>
/// <param name="Help">What it does.</param>
/// <param name="Run">Does it, with what follows the name.</param>
internal sealed record SlashCommand(string Name, string? Argument, string Help, Action<string> Run)
{
    /// <summary>How it is written.</summary>
    public string Usage => "/" + Name + (Argument is null ? string.Empty : " " + Argument);
}
