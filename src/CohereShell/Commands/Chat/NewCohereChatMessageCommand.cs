using CohereShell.Completion;
using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>New-CohereChatMessage: creates a message for a conversation, with images if needed.</summary>
[Cmdlet(VerbsCommon.New, "CohereChatMessage", HelpUri = OnlineHelp.Chat)]
[OutputType(typeof(ChatMessage))]
public sealed class NewCohereChatMessageCommand : PSCmdlet
{
    /// <summary>Text of the message.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Content { get; set; }

    /// <summary>Role of the sender. The default is User.</summary>
    [Parameter(Position = 1)]
    public ChatRole Role { get; set; } = ChatRole.User;

    /// <summary>Images: paths of PNG, JPEG, WebP or GIF files (wildcards are allowed), or addresses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>How closely the model looks at the images. By default, the service decides.</summary>
    [Parameter]
    public ImageDetail? ImageDetail { get; set; }

    /// <summary>Id of the tool call that the message answers. It's required with the role Tool.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ToolCallId { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        RefuseInvalidCombinations();
        var parts = new List<ChatContent>();
        if (Content is not null)
        {
            parts.Add(ChatContent.FromText(Content));
        }

        parts.AddRange(Images.Resolve(this, Image, ImageDetail));
        WriteObject(new ChatMessage(Role, parts) { ToolCallId = ToolCallId });
    }

    private void RefuseInvalidCombinations()
    {
        if (Content is null && Image.Length == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("A message requires -Content or -Image.", "Specify text with -Content, images with -Image, or both."));
        }

        if (ImageDetail is not null && Image.Length == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-ImageDetail requires -Image.", "Add -Image, or leave -ImageDetail out."));
        }

        if (Image.Length > 0 && Role != ChatRole.User)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"Only a user message can contain images. This message has the role {Role}.", "Leave -Role out."));
        }

        if (Role == ChatRole.Tool != ToolCallId is not null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Role Tool and -ToolCallId can only be used together.", "Specify both, with the id from ToolCalls of the answer that called the tool."));
        }
    }
}
