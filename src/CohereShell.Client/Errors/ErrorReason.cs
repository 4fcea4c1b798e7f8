namespace CohereShell;

/// <summary>Why a call failed. The name is the last part of the error id: <c>CohereShell.RateLimited</c>.</summary>
public enum ErrorReason
{
    /// <summary>400: a field of the request is wrong.</summary>
    InvalidRequest,

    /// <summary>401: the key is missing, invalid or expired.</summary>
    Unauthorized,

    /// <summary>402: a billing limit was reached.</summary>
    PaymentRequired,

    /// <summary>403: the key doesn't have permission.</summary>
    Forbidden,

    /// <summary>404: the model, dataset or job doesn't exist in this account.</summary>
    NotFound,

    /// <summary>407: the proxy requires credentials.</summary>
    ProxyAuthenticationRequired,

    /// <summary>413: the request is too large.</summary>
    TooLarge,

    /// <summary>422: a value isn't valid.</summary>
    UnacceptableValue,

    /// <summary>429: too many requests.</summary>
    RateLimited,

    /// <summary>498: a token is invalid.</summary>
    InvalidToken,

    /// <summary>499: the request was cancelled.</summary>
    RequestCancelled,

    /// <summary>500: an error inside Cohere.</summary>
    ServerError,

    /// <summary>501: the server doesn't support the operation.</summary>
    NotImplemented,

    /// <summary>502, 503 or 504: the service isn't available.</summary>
    Unavailable,

    /// <summary>3xx: the address redirects to another address.</summary>
    Redirected,

    /// <summary>Any other status that doesn't mean success.</summary>
    UnexpectedStatus,

    /// <summary>The response isn't what the API describes: it is HTML, empty or incomplete.</summary>
    InvalidAnswer,

    /// <summary>The connection couldn't be opened.</summary>
    ConnectionFailed,

    /// <summary>The connection closed before the response was complete.</summary>
    ConnectionLost,

    /// <summary>The response wasn't complete within the timeout.</summary>
    TimedOut,

    /// <summary>A stream was silent for too long.</summary>
    StreamStalled,

    /// <summary>A stream ended before its last event.</summary>
    StreamIncomplete,

    /// <summary>The model stopped with an error before its answer was complete.</summary>
    GenerationFailed,

    /// <summary>The session's access policy doesn't allow the operation.</summary>
    NotAllowed,

    /// <summary>The audit file can't be written.</summary>
    AuditFailed,

    /// <summary>A file to upload can't be read.</summary>
    FileNotReadable,

    /// <summary>A file of a dataset can't be downloaded.</summary>
    DownloadFailed,

    /// <summary>A dataset doesn't have files to download, or doesn't have them yet.</summary>
    DatasetNotReady,

    /// <summary>A file of a dataset is damaged or isn't in the expected format.</summary>
    DatasetNotReadable,

    /// <summary>The session is closed.</summary>
    SessionClosed,

    /// <summary>There isn't an API key.</summary>
    NoApiKey,

    /// <summary>An environment variable has a value that can't be used.</summary>
    InvalidEnvironment,

    /// <summary>The address would send the key without encryption.</summary>
    InsecureAddress,

    /// <summary>429: the monthly limit of the key was reached. Later calls of the session aren't sent.</summary>
    MonthlyLimitReached,

    /// <summary>422, or the end of a stream: the model wrote a tool call that isn't valid.</summary>
    InvalidToolGeneration,

    /// <summary>422, or the end of a stream: the model didn't write a valid answer.</summary>
    NoValidResponse,

    /// <summary>The response is larger than the client accepts: it may never end.</summary>
    AnswerTooLarge,

    /// <summary>The name of the host is unknown.</summary>
    HostNotFound,

    /// <summary>The host doesn't accept connections at this port.</summary>
    ConnectionRefused,

    /// <summary>The proxy can't be reached, or it refused the connection.</summary>
    ProxyFailed,

    /// <summary>The server doesn't use TLS, or no version of it that this computer accepts.</summary>
    TlsFailed,

    /// <summary>The certificate of the server isn't trusted.</summary>
    CertificateNotTrusted,

    /// <summary>The call could pass the budget or the call limit of the session. It wasn't sent.</summary>
    BudgetExceeded,

    /// <summary>The session has a budget in US dollars, and the cost of the call can't be known. It wasn't sent.</summary>
    PriceUnknown,

    /// <summary>A document is damaged, or isn't what its name says.</summary>
    DocumentDamaged,

    /// <summary>A document is encrypted, and can't be read without its password.</summary>
    DocumentEncrypted,

    /// <summary>A file is of a kind that can't be read as a document.</summary>
    DocumentNotSupported,

    /// <summary>A document is larger than the maximum, or expands to more than the maximum.</summary>
    DocumentTooLarge,

    /// <summary>A document contains no text, such as a scanned page or an image.</summary>
    DocumentHasNoText,

    /// <summary>The last Connect-Cohere failed, so that there isn't a session.</summary>
    ConnectFailed,
}
