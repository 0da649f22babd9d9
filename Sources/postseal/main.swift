print("postseal")
