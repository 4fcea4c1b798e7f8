namespace CohereShell.Emulation;

/// <summary>The service behind a server.</summary>
internal interface IHttpService
{
    /// <summary>Counts a request and chooses its fault. Called once per request, before the body is read.</summary>
    FaultChoice Begin();

    /// <summary>Returns the target for a request body that may be too large for memory. Null for other requests.</summary>
    UploadBody? BeginUpload(string method, string target);

    Task<EmulatorResponse> AnswerAsync(EmulatorRequest request, FaultChoice fault, CancellationToken cancellationToken);
}
