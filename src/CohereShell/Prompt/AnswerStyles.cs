namespace CohereShell.Prompt;

/// <summary>The escape codes for the parts of an answer. Without them, an answer is shown as the model wrote it.</summary>
internal sealed class AnswerStyles
{
    /// <summary>Quotes, rules and the numbers of sources.</summary>
    public const string Dim = "\u001b[90m";

    public const string Strike = "\u001b[9m";

    private const string GetOption = "Microsoft.PowerShell.Utility\\Get-MarkdownOption -ErrorAction Ignore";

    private readonly PSObject? _option;

    private AnswerStyles(PSObject? option) => _option = option;

    public string Bold => Of("EmphasisBold", "[1m");

    public string Italic => Of("EmphasisItalics", "[36m");

    public string Code => Of("Code", "[36m");

    public string Link => Of("Link", "[4;38;5;117m");

    public string Image => Of("Image", "[33m");

    /// <summary>A heading of a level from 1 to 6.</summary>
    public string Heading(int level) => Of(FormattableString.Invariant($"Header{level}"), "[4;93m");

    /// <summary>The styles of ConvertFrom-Markdown; null if the user wants plain text, or the host can't show styles.</summary>
    public static AnswerStyles? For(PSCmdlet command)
    {
#if NET
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            return null;
        }

        object? rendering = command.SessionState.PSVariable.GetValue("PSStyle") is { } style ? PSObject.AsPSObject(style).Properties["OutputRendering"]?.Value : null;
        bool isShown = $"{(rendering is PSObject wrapped ? wrapped.BaseObject : rendering)}" switch
        {
            "PlainText" => false,
            "Ansi" => true,
            _ => CanShow(command),
        };
        return isShown ? new AnswerStyles(Option(command)) : null;
#else
        // The console of Windows PowerShell shows escape codes as text unless a program turns them on.
        _ = command;
        return null;
#endif
    }

#if NET
    private static bool CanShow(PSCmdlet command)
    {
        try
        {
            return PSObject.AsPSObject(command.Host.UI).Properties["SupportsVirtualTerminal"]?.Value is true;
        }
        catch (Exception exception) when (exception is RuntimeException or NotImplementedException)
        {
            return false;
        }
    }

    // What the user chose with Set-MarkdownOption.
    private static PSObject? Option(PSCmdlet command)
    {
        try
        {
            return command.InvokeCommand.InvokeScript(GetOption).FirstOrDefault();
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            // A host without this command.
            return null;
        }
    }
#endif

    // The options are the codes without the escape character. A value that isn't a code would be shown as text.
    private string Of(string name, string otherwise)
    {
        string code = _option?.Properties[name]?.Value as string ?? otherwise;
        code = code.TrimStart('\u001b');
        bool isCode = code.Length > 2 && code[0] == '[' && code[code.Length - 1] == 'm' && code.Skip(1).Take(code.Length - 2).All(character => character is (>= '0' and <= '9') or ';' or ':');
        return "\u001b" + (isCode ? code : otherwise);
    }
}
