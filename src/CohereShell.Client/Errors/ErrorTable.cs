namespace CohereShell;

/// <summary>
/// What a user is told about each kind of failure: the only place where it is written.
/// See <see href="https://docs.cohere.com/reference/errors"/>.
/// </summary>
internal static class ErrorTable
{
    private const string AnswerIsForeign =
        "Check that -BaseUri is the address of Cohere's API or of a gateway that speaks it; a proxy or a login page may have answered instead.";

    private static readonly Row[] Rows =
    [
        new(ErrorReason.InvalidRequest, 400, "InvalidArgument", "Fix the field that the message names."),
        new(ErrorReason.Unauthorized, 401, "AuthenticationError", "The API key is missing, invalid or expired. Connect again with a valid key: https://dashboard.cohere.com/api-keys"),
        new(ErrorReason.PaymentRequired, 402, "LimitsExceeded", "A billing limit is reached. Update the payment method or the limit: https://dashboard.cohere.com/billing"),
        new(ErrorReason.Forbidden, 403, "PermissionDenied", "This key may not do that. Use a key of an account or a team that may."),
        new(ErrorReason.NotFound, 404, "ObjectNotFound", "The model, dataset, job or batch does not exist on this account. Get-CohereModel, Get-CohereDataset, Get-CohereEmbedJob, Get-CohereBatch and Get-CohereFineTunedModel list those that do."),
        new(ErrorReason.ProxyAuthenticationRequired, 407, "AuthenticationError", "The proxy wants a name and a password: Connect-Cohere -Proxy … -ProxyCredential …"),
        new(ErrorReason.TooLarge, 413, "LimitsExceeded", "Send less in one request."),
        new(ErrorReason.UnacceptableValue, 422, "InvalidData", "A value is not acceptable. Fix the field that the message names."),
        new(ErrorReason.RateLimited, 429, "LimitsExceeded", "Slow down with a lower -ThrottleLimit, tell Connect-Cohere the -KeyType so that it keeps the limits, or use a production key."),
        new(ErrorReason.InvalidToken, 498, "AuthenticationError", "A token is invalid. Connect again with a valid key; with a valid key, the request holds a token that Cohere does not accept."),
        new(ErrorReason.RequestCancelled, 499, "OperationStopped", "The request was cancelled on its way. Send it again if it was not you."),
        new(ErrorReason.ServerError, 500, "ResourceUnavailable", "An error inside Cohere. Try again; if it stays, see https://status.cohere.com"),
        new(ErrorReason.NotImplemented, 501, "NotImplemented", "The server does not know this operation. A private deployment may lack it."),
        new(ErrorReason.Unavailable, 502, "ResourceUnavailable", "The service is not available. Try again later: https://status.cohere.com"),
        new(ErrorReason.Unavailable, 503, "ResourceUnavailable", "The service is not available. Try again later: https://status.cohere.com"),
        new(ErrorReason.Unavailable, 504, "ResourceUnavailable", "The service took too long. Try again later: https://status.cohere.com"),
        new(ErrorReason.TimedOut, 408, "OperationTimeout", "Allow more time with -TimeoutSec, or ask for less in one request."),
        new(ErrorReason.Redirected, 0, "InvalidOperation", AnswerIsForeign),
        new(ErrorReason.UnexpectedStatus, 0, "InvalidOperation", AnswerIsForeign),
        new(ErrorReason.InvalidAnswer, 0, "InvalidResult", AnswerIsForeign),
        new(ErrorReason.ConnectionFailed, 0, "ConnectionError", "Check the network, -BaseUri, and -Proxy if one is needed."),
        new(ErrorReason.ConnectionLost, 0, "ConnectionError", "Try again. What creates something is not sent twice: look first whether it was created."),
        new(ErrorReason.StreamStalled, 0, "OperationTimeout", "Try again, or allow a longer silence with -TimeoutSec. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.StreamIncomplete, 0, "InvalidResult", "Try again. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.GenerationFailed, 0, "InvalidResult", "Try again. The text received so far is in the exception's PartialResponse."),
        new(ErrorReason.NotAllowed, 0, "PermissionDenied", "The session's policy forbids it and nothing was sent. Get-CohereSession shows the policy; Connect-Cohere sets it with -Access, -AllowOperation and -DenyOperation."),
        new(ErrorReason.AuditFailed, 0, "WriteError", "Make the -AuditPath of the session writable, or connect without it."),
        new(ErrorReason.FileNotReadable, 0, "ReadError", "Check the path and that you may read the file."),
        new(ErrorReason.DownloadFailed, 0, "ResourceUnavailable", "Try again. The rows come from a file server beside the API, which the network and its proxy have to let through."),
        new(ErrorReason.DatasetNotReady, 0, "ResourceUnavailable", "Wait for it with Wait-CohereDataset; Get-CohereDataset shows how far it is, and what is wrong with it."),
        new(ErrorReason.DatasetNotReadable, 0, "InvalidData", "Try again; if it stays, export the file as it is with -Format Avro."),
        new(ErrorReason.SessionClosed, 0, "InvalidOperation", "Connect again with Connect-Cohere."),
        new(ErrorReason.NoApiKey, 0, "AuthenticationError", "Run Connect-Cohere, or set the environment variable CO_API_KEY. Keys: https://dashboard.cohere.com/api-keys. Connect-Cohere -Emulator needs none."),
        new(ErrorReason.InvalidEnvironment, 0, "InvalidArgument", "Correct the environment variables CO_API_KEY, COHERE_API_KEY and CO_API_URL, or give -ApiKey and -BaseUri to Connect-Cohere."),
        new(ErrorReason.InsecureAddress, 0, "SecurityError", "Use https. -AllowInsecure overrides it for a network that you trust."),
    ];

    public static ErrorReason ReasonOf(int statusCode) =>
        Rows.Where(row => row.StatusCode == statusCode).Select(row => (ErrorReason?)row.Reason).FirstOrDefault()
        ?? statusCode switch
        {
            >= 300 and < 400 => ErrorReason.Redirected,
            >= 500 => ErrorReason.ServerError,
            _ => ErrorReason.UnexpectedStatus,
        };

    /// <summary>The name of PowerShell's ErrorCategory.</summary>
    public static string CategoryOf(ErrorReason reason) => RowOf(reason).Category;

    public static string ActionOf(ErrorReason reason, int statusCode) =>
        Rows.FirstOrDefault(row => row.Reason == reason && row.StatusCode == statusCode)?.Action ?? RowOf(reason).Action;

    private static Row RowOf(ErrorReason reason) => Rows.First(row => row.Reason == reason);

    private sealed record Row(ErrorReason Reason, int StatusCode, string Category, string Action);
}
