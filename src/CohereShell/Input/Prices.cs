using System.Collections;
using System.Management.Automation.Language;
using System.Text.Json;
using CohereShell.Errors;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>The prices of -Price: a hashtable, or a .psd1 or .json file. The module's list has the prices of other models.</summary>
internal static class Prices
{
    private const string Example = "@{ 'command-a-03-2025' = @{ InputTokensPerMillion = 2.5; OutputTokensPerMillion = 10 } }";

    /// <summary>The prices to use. An invalid value ends the command.</summary>
    /// <param name="command">The command with the parameter.</param>
    /// <param name="price">The value of -Price; null for the module's list.</param>
    public static PriceList From(PSCmdlet command, object? price)
    {
        object? plain = PowerShellJson.Unwrap(price);
        if (plain is null)
        {
            return PriceList.Default;
        }

        if (plain is PriceList list)
        {
            return PriceList.Default.With(list);
        }

        string? path = plain as string ?? (plain as FileInfo)?.FullName;
        try
        {
            return PriceList.Default.With(PriceList.FromJson(path is null ? ToElement(plain) : Read(command, path)));
        }
        catch (Exception exception) when (exception is FormatException or NotJsonException or JsonException or InvalidDataException or WrongEncodingException)
        {
            string place = path is null ? "-Price" : $"The file '{path}' of -Price";
            string why = exception is InvalidDataException ? "It isn't a text file." : DisplayText.OneLine(exception.Message, 500);
            command.ThrowTerminatingError(ErrorRecords.InvalidValue($"{place} can't be used. {why}", $"Specify prices in US dollars, such as {Example}", price));
            throw;
        }
    }

    private static JsonElement ToElement(object value) => value is IDictionary
        ? PowerShellJson.ToElement(value)
        : throw new FormatException("It must be a hashtable, or the path of a .psd1 or .json file.");

    private static JsonElement Read(PSCmdlet command, string path)
    {
        string file = command.GetUnresolvedProviderPathFromPSPath(path);
        if (!File.Exists(file))
        {
            throw new FormatException(Directory.Exists(file) ? "It is a folder." : "It doesn't exist.");
        }

        string extension = Path.GetExtension(file);
        if (!extension.Equals(".psd1", StringComparison.OrdinalIgnoreCase) && !extension.Equals(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new FormatException("The extension must be .psd1 or .json.");
        }

        string text;
        try
        {
            text = TextFile.Read(new FileInfo(file), null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FormatException(exception.Message, exception);
        }

        if (extension.Equals(".psd1", StringComparison.OrdinalIgnoreCase))
        {
            return PowerShellJson.ToElement(DataIn(text));
        }

        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return document.RootElement.Clone();
    }

    // Only constants are read. Nothing in the file runs.
    private static object DataIn(string text)
    {
        ScriptBlockAst script = Parser.ParseInput(text, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw new FormatException($"Line {errors[0].Extent.StartLineNumber}: {errors[0].Message}");
        }

        Ast? table = script.EndBlock?.Statements is { Count: 1 } statements && statements[0] is PipelineAst { PipelineElements: { Count: 1 } elements } && elements[0] is CommandExpressionAst { Expression: HashtableAst found }
            ? found
            : null;
        try
        {
            return (table ?? throw new FormatException("The file must contain one hashtable.")).SafeGetValue();
        }
        catch (InvalidOperationException exception)
        {
            throw new FormatException("It can contain only constants. Commands and variables aren't allowed.", exception);
        }
    }
}
