namespace CohereShell;

/// <summary>Why a call failed. The name is the last part of an ErrorRecord's id: <c>CohereShell.RateLimited</c>.</summary>
public enum ErrorReason
{
    /// <summary>400: a field of the request is wrong.</summary>
    InvalidRequest,

    /// <summary>401: the key is missing, invalid or expired.</summary>
    Unauthorized,

    /// <summary>402: a billing limit is reached.</summary>
    PaymentRequired,

    /// <summary>403: this key may not do that.</summary>
    Forbidden,

    /// <summary>404: the model, dataset or job does not exist on this account.</summary>
    NotFound,

    /// <summary>407: the proxy wants to know who asks.</summary>
    ProxyAuthenticationRequired,

    /// <summary>413: the request is too large.</summary>
    TooLarge,

    /// <summary>422: a value is not acceptable.</summary>
    UnacceptableValue,

    /// <summary>429: too many requests.</summary>
    RateLimited,

    /// <summary>498: a token is invalid.</summary>
    InvalidToken,

    /// <summary>499: the request was cancelled.</summary>
    RequestCancelled,

    /// <summary>500: an error inside Cohere.</summary>
    ServerError,

    /// <summary>501: the server does not know the operation.</summary>
    NotImplemented,

    /// <summary>502, 503 or 504: the service is not available now.</summary>
    Unavailable,

    /// <summary>3xx: the address answers with another address.</summary>
    Redirected,

    /// <summary>Any other status that is not success.</summary>
    UnexpectedStatus,

    /// <summary>The answer is not what the API describes: HTML, nothing, or half of it.</summary>
    InvalidAnswer,

    /// <summary>No connection could be opened.</summary>
    ConnectionFailed,

    /// <summary>The connection ended before the answer was complete.</summary>
    ConnectionLost,

    /// <summary>No complete answer within the time allowed.</summary>
    TimedOut,

    /// <summary>A stream has been silent for too long.</summary>
    StreamStalled,

    /// <summary>A stream ended before its last event.</summary>
    StreamIncomplete,

    /// <summary>The model stopped with an error in the middle of its answer.</summary>
    GenerationFailed,

    /// <summary>The session's access policy does not allow the operation.</summary>
    NotAllowed,

    /// <summary>The audit file cannot be written.</summary>
    AuditFailed,

    /// <summary>A file that is to be sent cannot be read.</summary>
    FileNotReadable,

    /// <summary>A file of a dataset cannot be downloaded.</summary>
    DownloadFailed,

    /// <summary>A dataset has no files to download, or not yet.</summary>
    DatasetNotReady,

    /// <summary>A file of a dataset is not what it should be.</summary>
    DatasetNotReadable,

    /// <summary>The session has been closed.</summary>
    SessionClosed,

    /// <summary>There is no API key.</summary>
    NoApiKey,

    /// <summary>What the environment says cannot be used.</summary>
    InvalidEnvironment,

    /// <summary>The address would send the key unencrypted.</summary>
    InsecureAddress,
}
