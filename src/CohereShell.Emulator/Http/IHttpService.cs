namespace CohereShell.Emulation;

/// <summary>What a server answers with.</summary>
internal interface IHttpService
{
    /// <summary>Counts a request and says what goes wrong with it. Called once a request, before its body is read.</summary>
    FaultChoice Begin();

    /// <summary>Where the body of a request goes that may be too large to be held; null for any other request.</summary>
    UploadBody? BeginUpload(string method, string target);

    Task<EmulatorResponse> AnswerAsync(EmulatorRequest request, FaultChoice fault, CancellationToken cancellationToken);
}
