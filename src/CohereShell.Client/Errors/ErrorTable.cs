namespace CohereShell;

/// <summary>
/// The category and the recommended action of each kind of failure. They are defined here only.
/// See <see href="https://docs.cohere.com/reference/errors"/>.
/// </summary>
internal static class ErrorTable
{
    private const string AnswerIsForeign =
        "Check that -BaseUri is the address of Cohere's API or of a compatible gateway. The response may come from a proxy or a login page.";

    private const string FindTheStep = " To find the step that fails, run Test-CohereConnection.";

    private const string ShowTheCertificate = " Test-CohereConnection shows the issuer, the names and the expiry date.";

    private static readonly Row[] Rows =
    [
        new(ErrorReason.InvalidRequest, 400, "InvalidArgument", "Correct the field that the message names."),
        new(ErrorReason.Unauthorized, 401, "AuthenticationError", "The API key is missing, invalid or expired. Connect again with a valid key: https://dashboard.cohere.com/api-keys"),
        new(ErrorReason.PaymentRequired, 402, "LimitsExceeded", "A billing limit was reached. Update the payment method or the limit: https://dashboard.cohere.com/billing"),
        new(ErrorReason.Forbidden, 403, "PermissionDenied", "The API key doesn't have permission for this call. Use a key of an account or team that has it."),
        new(ErrorReason.NotFound, 404, "ObjectNotFound", "The model, dataset, job or batch doesn't exist in this account. To list what exists, run Get-CohereModel, Get-CohereDataset, Get-CohereEmbedJob, Get-CohereBatch or Get-CohereFineTunedModel."),
        new(ErrorReason.ProxyAuthenticationRequired, 407, "AuthenticationError", "The proxy requires a user name and a password. Specify them: Connect-Cohere -Proxy … -ProxyCredential (Get-Credential)"),
        new(ErrorReason.TooLarge, 413, "LimitsExceeded", "Send less data in one request."),
        new(ErrorReason.UnacceptableValue, 422, "InvalidData", "A value isn't valid. Correct the field that the message names."),
        new(ErrorReason.RateLimited, 429, "LimitsExceeded", "Use a lower -ThrottleLimit, specify Connect-Cohere -KeyType so that the session keeps the rate limits, or use a production key."),
        new(ErrorReason.MonthlyLimitReached, 0, "QuotaExceeded", "Use a production key, or wait for the next month. A trial key allows 1,000 calls a month. Keys: https://dashboard.cohere.com/api-keys"),
        new(ErrorReason.InvalidToken, 498, "AuthenticationError", "A token is invalid. Connect again with a valid key. If the key is valid, the request contains a token that Cohere doesn't accept."),
        new(ErrorReason.RequestCancelled, 499, "OperationStopped", "The request was cancelled before the server completed it. If you didn't cancel it, try again."),
        new(ErrorReason.ServerError, 500, "ResourceUnavailable", "An internal error occurred at Cohere. Try again. If the error persists, see https://status.cohere.com"),
        new(ErrorReason.NotImplemented, 501, "NotImplemented", "The server doesn't support this operation. Some private deployments don't have all operations."),
        new(ErrorReason.Unavailable, 502, "ResourceUnavailable", "The service isn't available. Try again later: https://status.cohere.com"),
        new(ErrorReason.Unavailable, 503, "ResourceUnavailable", "The service isn't available. Try again later: https://status.cohere.com"),
        new(ErrorReason.Unavailable, 504, "ResourceUnavailable", "The service took too long. Try again later: https://status.cohere.com"),
        new(ErrorReason.TimedOut, 408, "OperationTimeout", "Specify a higher -TimeoutSec, or request less in one call."),
        new(ErrorReason.Redirected, 0, "InvalidOperation", AnswerIsForeign),
        new(ErrorReason.UnexpectedStatus, 0, "InvalidOperation", AnswerIsForeign),
        new(ErrorReason.InvalidAnswer, 0, "InvalidResult", AnswerIsForeign),
        new(ErrorReason.AnswerTooLarge, 0, "LimitsExceeded", "Request less in one call. If the request is small, check that -BaseUri is the address of Cohere's API or of a compatible gateway."),
        new(ErrorReason.ConnectionFailed, 0, "ConnectionError", "Check the network connection, -BaseUri, and -Proxy if you need a proxy.", FindTheStep),
        new(ErrorReason.HostNotFound, 0, "ConnectionError", "Check the spelling of -BaseUri, and whether this computer's DNS server knows the name. If this network requires a proxy, specify it with -Proxy.", FindTheStep),
        new(ErrorReason.ConnectionRefused, 0, "ConnectionError", "Check the host and the port of -BaseUri. If they are right, the server isn't running, or a firewall blocks the connection.", FindTheStep),
        new(ErrorReason.ProxyFailed, 0, "ConnectionError", "Check -Proxy, or the proxy settings of this computer. If the proxy is right, ask its administrator to allow connections to the host.", FindTheStep),
        new(ErrorReason.TlsFailed, 0, "ConnectionError", "Check the scheme and the port of -BaseUri. A server without TLS needs http:// instead of https://, and -AllowInsecure if it isn't on this computer.", FindTheStep),
        new(ErrorReason.CertificateNotTrusted, 0, "SecurityError", "Use the host name that is in the certificate. If you trust its issuer, add the issuer's certificate to the trusted root certificates of this computer: Import-Certificate -CertStoreLocation Cert:\\LocalMachine\\Root (Windows), update-ca-certificates (Linux), security add-trusted-cert (macOS).", ShowTheCertificate),
        new(ErrorReason.ConnectionLost, 0, "ConnectionError", "Try again. If the command creates something, first check whether it was created: such requests aren't retried."),
        new(ErrorReason.StreamStalled, 0, "OperationTimeout", "Try again, or specify a higher -TimeoutSec to allow longer pauses. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.StreamIncomplete, 0, "InvalidResult", "Try again. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.GenerationFailed, 0, "InvalidResult", "Try again. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.InvalidToolGeneration, 0, "InvalidResult", "The model wrote a tool call that isn't valid. Make the descriptions and parameters of the tools simpler, change the messages, or choose another model. Then try again."),
        new(ErrorReason.NoValidResponse, 0, "InvalidResult", "The model didn't write a valid answer. Try again. If the error persists, change the messages or the response format."),
        new(ErrorReason.NotAllowed, 0, "PermissionDenied", "Nothing was sent. To see the session's policy, run Get-CohereSession. To change it, connect again with -Access, -AllowOperation, -DenyOperation or -AccessProfile."),
        new(ErrorReason.BudgetExceeded, 0, "QuotaExceeded", "Nothing was sent. To see what was used, run Get-CohereSession. To continue, connect again with a higher -BudgetLimit or -CallLimit. For chat, a lower -MaxTokens needs less of the budget."),
        new(ErrorReason.PriceUnknown, 0, "LimitsExceeded", "Nothing was sent. Specify the price of the model: Connect-Cohere -BudgetLimit … -Price @{ 'model' = @{ InputTokensPerMillion = 2.5; OutputTokensPerMillion = 10 } }. Or limit the number of calls instead: -CallLimit."),
        new(ErrorReason.AuditFailed, 0, "WriteError", "Make the audit file writable, or connect again with another -AuditPath. If an access profile sets the file, change AuditPath in the profile."),
        new(ErrorReason.FileNotReadable, 0, "ReadError", "Check the path and your permission to read the file."),
        new(ErrorReason.DocumentDamaged, 0, "InvalidData", "Open the file in its program, and save it again or as PDF."),
        new(ErrorReason.DocumentEncrypted, 0, "PermissionDenied", "Open the file with its password, and save a copy without one."),
        new(ErrorReason.DocumentNotSupported, 0, "InvalidType", "Save the file as PDF, .docx, .pptx, .html, .md, .csv, .eml or as text."),
        new(ErrorReason.DocumentTooLarge, 0, "LimitsExceeded", "Divide the file into smaller ones."),
        new(ErrorReason.DocumentHasNoText, 0, "InvalidData", "Leave the file out. To read the text in images and scanned pages, use Invoke-CohereParse."),
        new(ErrorReason.DownloadFailed, 0, "ResourceUnavailable", "Try again. The rows come from a separate file server: check that your network and proxy allow connections to it."),
        new(ErrorReason.DatasetNotReady, 0, "ResourceUnavailable", "Wait for the dataset with Wait-CohereDataset. Get-CohereDataset shows its validation status and errors."),
        new(ErrorReason.DatasetNotReadable, 0, "InvalidData", "Try again. If the error persists, export the dataset without conversion: -Format Avro."),
        new(ErrorReason.SessionClosed, 0, "InvalidOperation", "Connect again with Connect-Cohere."),
        new(ErrorReason.ConnectFailed, 0, "InvalidOperation", "Correct the command, and run Connect-Cohere again. To use the API key of the environment instead, run Disconnect-Cohere."),
        new(ErrorReason.NoApiKey, 0, "AuthenticationError", "Run Connect-Cohere, or set the environment variable CO_API_KEY. Keys: https://dashboard.cohere.com/api-keys. Connect-Cohere -Emulator doesn't need a key."),
        new(ErrorReason.InvalidEnvironment, 0, "InvalidArgument", "Correct the environment variables CO_API_KEY, COHERE_API_KEY and CO_API_URL, or specify -ApiKey and -BaseUri in Connect-Cohere."),
        new(ErrorReason.InsecureAddress, 0, "SecurityError", "Use https. In a network that you trust, you can specify -AllowInsecure."),
    ];

    /// <summary>The reason that the name of an error tells, which is more exact than a status; null for any other name.</summary>
    public static ErrorReason? ReasonOf(string? errorType) => errorType switch
    {
        "INVALID_TOOL_GENERATION" => ErrorReason.InvalidToolGeneration,
        "NO_VALID_RESPONSE_GENERATED" => ErrorReason.NoValidResponse,
        _ => null,
    };

    public static ErrorReason ReasonOf(int statusCode) =>
        Rows.Where(row => row.StatusCode == statusCode).Select(row => (ErrorReason?)row.Reason).FirstOrDefault()
        ?? statusCode switch
        {
            >= 300 and < 400 => ErrorReason.Redirected,
            >= 500 => ErrorReason.ServerError,
            _ => ErrorReason.UnexpectedStatus,
        };

    /// <summary>The name of the PowerShell error category.</summary>
    public static string CategoryOf(ErrorReason reason) => RowOf(reason).Category;

    public static string ActionOf(ErrorReason reason, int statusCode) => RowOf(reason, statusCode).WholeAction;

    /// <summary>The recommended action of a connection test, without the hint to run it.</summary>
    public static string ActionOfTest(ErrorReason reason) => RowOf(reason).Action;

    private static Row RowOf(ErrorReason reason, int statusCode) => Rows.FirstOrDefault(row => row.Reason == reason && row.StatusCode == statusCode) ?? RowOf(reason);

    private static Row RowOf(ErrorReason reason) => Rows.First(row => row.Reason == reason);

    private sealed record Row(ErrorReason Reason, int StatusCode, string Category, string Action, string Hint = "")
    {
        public string WholeAction => Action + Hint;
    }
}
