using System.Collections;
using System.Management.Automation.Language;
using System.Text;
using CohereShell.Json;

namespace CohereShell.Input;

/// <summary>
/// Reads an access profile from a PowerShell data file. Nothing in the file runs: only a hashtable of constants is accepted,
/// as Import-PowerShellDataFile does.
/// </summary>
internal static class AccessProfileFile
{
    private const long LargestFile = 1024 * 1024;
    private const string NameKey = "Name";
    private const string OperationsKey = "Operations";
    private const string ModelsKey = "Models";
    private const string AuditPathKey = "AuditPath";
    private const string BudgetLimitKey = "BudgetLimit";
    private const string CallLimitKey = "CallLimit";
    private const string SignatureStart = "# SIG # Begin signature block";

    private static readonly string[] Keys = [NameKey, OperationsKey, ModelsKey, AuditPathKey, BudgetLimitKey, CallLimitKey];

    /// <summary>Reads a profile.</summary>
    /// <exception cref="InvalidDataException">The file isn't a valid profile.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static AccessProfile Read(PSCmdlet command, string path)
    {
        // The bytes are read once, so that the signature is that of the text.
        byte[] bytes = ReadBytes(path);
        string text = Decode(bytes);
        CheckSignature(command, bytes, text);
        Hashtable table = Parse(text, path);
        RefuseUnknownKeys(table);
        try
        {
            return new AccessProfile(Required(table, NameKey, TextOf), Required(table, OperationsKey, OperationsOf), table.ContainsKey(ModelsKey) ? ModelsOf(table[ModelsKey]) : [])
            {
                Path = path,
                AuditPath = table.ContainsKey(AuditPathKey) ? Below(path, TextOf(AuditPathKey, table[AuditPathKey])) : null,
                BudgetLimit = table.ContainsKey(BudgetLimitKey) ? PositiveNumberOf(BudgetLimitKey, table[BudgetLimitKey]) : null,
                CallLimit = table.ContainsKey(CallLimitKey) ? CountOf(CallLimitKey, table[CallLimitKey]) : null,
            };
        }
        catch (ArgumentException exception)
        {
            throw Wrong(exception.Message);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        using var stream = new FileStream(FilePaths.RefuseDevice(path), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (stream.Length > LargestFile)
        {
            throw Wrong("The file is larger than 1 MB.");
        }

        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static string Decode(byte[] bytes)
    {
        try
        {
            using var reader = new StreamReader(new MemoryStream(bytes), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true);
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            throw Wrong("The file isn't UTF-8. Save it as UTF-8.");
        }
    }

    // A signature can only be checked on Windows. The same bytes are checked that are read.
    private static void CheckSignature(PSCmdlet command, byte[] bytes, string text)
    {
        if (Path.DirectorySeparatorChar != '\\' || text.IndexOf(SignatureStart, StringComparison.OrdinalIgnoreCase) < 0)
        {
            return;
        }

        using PowerShell shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(@"Microsoft.PowerShell.Security\Get-AuthenticodeSignature").AddParameter("Content", bytes).AddParameter("SourcePathOrExtension", ".psd1");
        PSObject? signature = shell.Invoke().FirstOrDefault();
        string status = $"{signature?.Properties["Status"]?.Value}";
        if (status != "Valid")
        {
            throw Wrong($"Its signature isn't valid: {(status.Length == 0 ? "it can't be checked" : status)}. {signature?.Properties["StatusMessage"]?.Value}".Trim());
        }
    }

    private static Hashtable Parse(string text, string path)
    {
        ScriptBlockAst script = Parser.ParseInput(text, path, out _, out ParseError[] errors);
        if (errors.Length > 0)
        {
            throw Wrong(FormattableString.Invariant($"Line {errors[0].Extent.StartLineNumber}: {errors[0].Message}"));
        }

        if (script is not { ParamBlock: null, BeginBlock: null, ProcessBlock: null, DynamicParamBlock: null, ScriptRequirements: null, EndBlock.Statements.Count: 1 }
            || script.EndBlock.Statements[0] is not PipelineAst { PipelineElements.Count: 1 } pipeline
            || pipeline.PipelineElements[0] is not CommandExpressionAst { Redirections.Count: 0, Expression: HashtableAst hashtable })
        {
            throw Wrong("It must contain exactly one hashtable, such as @{ Name = 'search-agent'; Operations = @{ Chat = 'Full' } }.");
        }

        try
        {
            return (Hashtable)hashtable.SafeGetValue();
        }
        catch (InvalidOperationException)
        {
            throw Wrong("It can contain only constants: texts, numbers, lists and hashtables. Commands, variables and expressions aren't allowed.");
        }
    }

    private static void RefuseUnknownKeys(Hashtable table)
    {
        foreach (object key in table.Keys)
        {
            if (key is not string name || !Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                string written = DisplayText.OneLine(key.ToString(), 80);
                throw Wrong($"'{written}' isn't a key of an access profile.{Advice(written, Keys)}");
            }
        }
    }

    private static decimal PositiveNumberOf(string key, object? value)
    {
        try
        {
            if (PowerShellJson.Unwrap(value) is int or long or double or decimal && LanguagePrimitives.ConvertTo<decimal>(value) is > 0 and var number)
            {
                return number;
            }
        }
        catch (PSInvalidCastException)
        {
            // A number that a decimal can't hold.
        }

        throw Wrong($"{key} isn't a number greater than 0.");
    }

    private static long CountOf(string key, object? value) =>
        PositiveNumberOf(key, value) is var number && number == decimal.Truncate(number) && number <= long.MaxValue ? (long)number : throw Wrong($"{key} isn't a whole number.");

    private static T Required<T>(Hashtable table, string key, Func<string, object?, T> read) =>
        table.ContainsKey(key) ? read(key, table[key]) : throw Wrong($"The key {key} is missing.");

    private static string TextOf(string key, object? value) =>
        PowerShellJson.Unwrap(value) is string { Length: > 0 } text ? text : throw Wrong($"{key} isn't a text.");

    private static IEnumerable<KeyValuePair<string, ProfileAccess>> OperationsOf(string key, object? value)
    {
        if (PowerShellJson.Unwrap(value) is not IDictionary table)
        {
            throw Wrong($"{key} isn't a hashtable, such as @{{ Chat = 'Full'; Models = 'Read' }}.");
        }

        return table.Cast<DictionaryEntry>().Select(entry => new KeyValuePair<string, ProfileAccess>($"{entry.Key}", AccessOf($"{entry.Key}", entry.Value))).ToArray();
    }

    // Not Enum.TryParse, which also accepts numbers and lists.
    private static ProfileAccess AccessOf(string operation, object? value)
    {
        string[] names = Enum.GetNames(typeof(ProfileAccess));
        string written = DisplayText.OneLine($"{PowerShellJson.Unwrap(value)}", 80);
        string? name = Array.Find(names, each => string.Equals(each, written, StringComparison.OrdinalIgnoreCase));
        if (PowerShellJson.Unwrap(value) is null or "" or IEnumerable and not string)
        {
            throw Wrong($"The access of '{operation}' isn't one word. Use Off, Read or Full.");
        }

        return PowerShellJson.Unwrap(value) is string && name is not null
            ? (ProfileAccess)Enum.Parse(typeof(ProfileAccess), name)
            : throw Wrong($"The access of '{operation}' is '{written}'. Use Off, Read or Full.{(NearestNames.For(written, names) is { } nearest ? $" Did you mean {nearest}?" : string.Empty)}");
    }

    private static string[] ModelsOf(object? value)
    {
        object? plain = PowerShellJson.Unwrap(value);
        object?[] models = plain is IEnumerable list and not string and not IDictionary ? list.Cast<object?>().Select(PowerShellJson.Unwrap).ToArray() : [plain];
        return Array.TrueForAll(models, model => model is string { Length: > 0 })
            ? models.Cast<string>().ToArray()
            : throw Wrong($"{ModelsKey} must be the name of a model, or a list of names, such as 'command-a-*', 'embed-v4.0'.");
    }

    // A profile means the same file, wherever the session is connected.
    private static string Below(string profile, string path)
    {
        try
        {
            return Path.GetFullPath(Path.Combine(Path.GetDirectoryName(profile)!, path));
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException or PathTooLongException)
        {
            throw Wrong($"{AuditPathKey} isn't a path: {exception.Message}");
        }
    }

    private static string Advice(string written, string[] names) =>
        NearestNames.For(written, names) is { } nearest ? $" Did you mean {nearest}?" : $" The keys are {string.Join(", ", names)}.";

    private static InvalidDataException Wrong(string message) => new(message);
}
