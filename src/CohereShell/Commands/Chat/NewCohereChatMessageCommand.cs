using CohereShell.Errors;
using CohereShell.Input;

namespace CohereShell.Commands;

/// <summary>New-CohereChatMessage: a message for a conversation, with images if need be.</summary>
[Cmdlet(VerbsCommon.New, "CohereChatMessage", HelpUri = OnlineHelp.Chat)]
[OutputType(typeof(ChatMessage))]
public sealed class NewCohereChatMessageCommand : PSCmdlet
{
    /// <summary>The text.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public string? Content { get; set; }

    /// <summary>Who says it.</summary>
    [Parameter(Position = 1)]
    public ChatRole Role { get; set; } = ChatRole.User;

    /// <summary>Images: paths of PNG, JPEG, WebP or GIF files, wildcards allowed, or web addresses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Image { get; set; } = [];

    /// <summary>How closely the images are looked at.</summary>
    [Parameter]
    public ImageDetail? ImageDetail { get; set; }

    /// <summary>Which tool call the message answers. For the role Tool.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
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
            ThrowTerminatingError(ErrorRecords.InvalidCombination("A message needs -Content or -Image.", "Give the text with -Content, images with -Image, or both."));
        }

        if (ImageDetail is not null && Image.Length == 0)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-ImageDetail needs -Image.", "Add -Image, or leave -ImageDetail out."));
        }

        if (Image.Length > 0 && Role != ChatRole.User)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination($"Only a message of the user can hold images, not one of the role {Role}.", "Leave -Role out."));
        }

        if (Role == ChatRole.Tool != ToolCallId is not null)
        {
            ThrowTerminatingError(ErrorRecords.InvalidCombination("-Role Tool and -ToolCallId belong together.", "Take the id from ToolCalls of the answer that called the tool."));
        }
    }
}
