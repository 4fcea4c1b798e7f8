using System.Collections;
using System.Text;
using System.Text.Json;
using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;
using CohereShell.Json;
using CohereShell.Pipeline;

namespace CohereShell.Commands;

/// <summary>
/// Invoke-CohereApi: calls any path of the API, with the same policy, limits, retries and audit as other cmdlets.
/// </summary>
[Cmdlet(VerbsLifecycle.Invoke, "CohereApi", HelpUri = OnlineHelp.Api, SupportsShouldProcess = true)]
[OutputType(typeof(PSObject))]
public sealed class InvokeCohereApiCommand : CohereApiCommand
{
    /// <summary>Path below the base address, including the version: /v1/models. An address of the session is accepted too.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(OperationPathCompleter))]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>The HTTP method. The default is GET without a body, and POST with a body.</summary>
    [Parameter]
    [ValidateSet("GET", "POST", "PUT", "PATCH", "DELETE")]
    public string? Method { get; set; }

    /// <summary>Body of the request: a hashtable, an object, or a string that is JSON.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public object? Body { get; set; }

    /// <summary>Query of the request: names and values. A list repeats the name.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public IDictionary? Query { get; set; }

    /// <summary>Gets all pages of a list and outputs their items.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>Returns hashtables, which can contain names that differ only by case.</summary>
    [Parameter]
    public SwitchParameter AsHashtable { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        string method = Method?.ToUpperInvariant() ?? (Body is null ? "GET" : "POST");
        string path = ApiPath.From(this, Path, CurrentSession);
        byte[]? body = CreateBody();
        if (path.IndexOf('{') >= 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue($"'{path}' still has a placeholder in braces.", "Replace the placeholder with the id or the name.", Path));
        }

        if (AsksStream(body))
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("Invoke-CohereApi can't read streams, and the body requests a stream.", "Leave 'stream' out of the body. To stream a chat, use Invoke-CohereChat -Stream."));
        }

        if (All && method != "GET")
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-All reads pages, which only GET supports.", "Leave out -All, or leave out -Method and -Body."));
        }

        List<KeyValuePair<string, string>> query = QueryPairs();
        Operation operation = RawPath.OperationOf(method, path, CurrentSession.BaseUri);
        // Whatever costs or changes something. Only the catalogue knows which of the other methods just read.
        bool reads = method == "GET" || (operation.IsKnown && operation.Access == OperationAccess.Read);
        bool isPlanned = IsWhatIf && operation.IsBilled && !CallEstimate.StartsJob(operation);
        if (!reads && !isPlanned && !ShouldProcess($"{method} {path}", operation.IsKnown ? operation.Name : "Invoke"))
        {
            return;
        }

        try
        {
            if (isPlanned)
            {
                var plan = new CallPlan(CurrentSession);
                AddTo(plan, (options, token) => Client.Raw.SendAsync(method, path, query, body, options, token));
                Show(plan);
                return;
            }

            WriteAnswer(method, path, query, body);
        }
        catch (CohereException exception)
        {
            WriteFailure(exception, Body ?? path);
        }
        catch (JsonException exception)
        {
            WriteError(ErrorRecords.NotJson(exception, path));
        }
        catch (System.ArgumentException exception)
        {
            ThrowTerminatingError(ErrorRecords.InvalidValue(exception.PlainMessage(), "Specify the path as Get-CohereOperation shows it, and replace the placeholder with the id or the name.", Path, exception));
        }
    }

    private void WriteAnswer(string method, string path, List<KeyValuePair<string, string>> query, byte[]? body)
    {
        if (All)
        {
            foreach (JsonElement item in Pull(token => Client.Raw.ListAsync(path, query, Options, token)))
            {
                WriteObject(PowerShellObjects.FromJson(item, AsHashtable));
            }

            return;
        }

        JsonElement answer = Run(token => Client.Raw.SendAsync(method, path, query, body, Options, token));
        if (answer.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
        {
            WriteObject(PowerShellObjects.FromJson(answer, AsHashtable), enumerateCollection: true);
        }
    }

    private static bool AsksStream(byte[]? body)
    {
        if (body is null)
        {
            return false;
        }

        using JsonDocument document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("stream", out JsonElement stream)
            && stream.ValueKind == JsonValueKind.True;
    }

    private byte[]? CreateBody()
    {
        try
        {
            switch (PowerShellJson.Unwrap(Body))
            {
                case null:
                    return null;
                case string json:
                    using (JsonText.Parse(json))
                    {
                        return JsonText.Clean(Encoding.UTF8.GetBytes(json)).ToArray();
                    }

                default:
                    return PowerShellJson.ToUtf8(Body);
            }
        }
        catch (System.Exception exception) when (exception is JsonException or NotJsonException)
        {
            ThrowTerminatingError(ErrorRecords.NotJson(exception, Body));
            throw;
        }
    }

    private List<KeyValuePair<string, string>> QueryPairs() =>
        (Query ?? new Hashtable()).Cast<DictionaryEntry>()
            .SelectMany(entry => FieldTexts.Of(this, "-Query", entry.Key.ToString()!, entry.Value), (entry, value) => new KeyValuePair<string, string>(entry.Key.ToString()!, value))
            .ToList();
}
